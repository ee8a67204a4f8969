.data
.float 1.5, -2.25, 0f1.5, 0r3, 1e10, 1e-45, 1e39, .5, 5., -0.0, 3.4028235e38
.float nan, inf, -inf, +inf, infinity, NaN, snan, qnan
.float 0x1.8p3, 0x10, 100
.double 1.1, 2.2250738585072014e-308, 4.9e-324, 1e309, 1.7976931348623157e308, 0.1, 123456789012345678901234567890
.tfloat 1.1, -1.5, 1e-4950, 1e4933, 0.0
.single 1
.hfloat 1.5, 65504, 65520, 6e-8, 1e-8, 0.1, nan
.bfloat16 1.5, 3.4e38, 1e39, 0.1, nan, 1e-40
.ffloat 1.5
.dfloat 1.5
.dc.s 1.5
.dc.d 1.5
.dc.x 1.5
.dcb.s 2,1.5
.dcb.d 2,1.5
.dcb.x 2,1.5
.float 0d1.5, 0D1.5, 0F1.5, 0e1.5, 0h1.5,0b1.5,0x1.5
.float 0f:40490fdb, :40490fdb
.double 0f:3ff0, :3ff8000000000000, :1
.tfloat :3fff8000000000000000
.float 1.5e, 1.5e+, 1e5f
.float
.float ,
.float foo
.float 1 2
.float 1,
.float "1"
.float -
.float (1)
.float 1+1
.float 1.5 .5
.float - 1.5
.float 1_0
.float 1e+10, 1E-10
.float 16777217, 16777219, 0.1000000015
.double 9007199254740993, 9007199254740995
.float 1.17549435e-38, 1.17549429e-38, 7e-46, 7.1e-46
.float infx, nanx, in, nan(5), inf.
.bss
.float 0
.float 1
.data
.dcb.s -1,1
.dcb.s 2
.dcb.d 2,foo
.ds.s 1
.long 1.5
.long 0f1
.quad 1e5
.float 1;.float 2
