.data
.float 1.5, -2.25, 0f1.5, 0r3, 1e10, 1e-45, .5, 5., -0.0, 3.4028235e38
.float nan, inf, -inf, +inf, infinity, NaN, snan, qnan, -nan
.float 0x10, 100
.double 1.1, 2.2250738585072014e-308, 4.9e-324,  1.7976931348623157e308, 0.1, 123456789012345678901234567890
.tfloat 1.1, -1.5, 1e-4950, 0.0
.byte 0xee
.hfloat 1.5, 65504,  6e-8, 1e-8, 0.1, nan,inf,-inf
.bfloat16 1.5, 3.4e38,  0.1, nan, 1e-40,-nan
.byte 0xee
.dc.x 1.5
.byte 0xee
.dcb.s 2,1.5
.dcb.x 2,1.5
.byte 0xee
.float 0d1.5, 0D1.5, 0F1.5, 0e1.5, 0h1.5,0b1.5,0x1.5
.byte 0xee
.float 0f:40490fdb, :40490fdb
.byte 0xee
.double 0f:3ff0, :3ff8000000000000, :1
.byte 0xee
.float 1.5e, 1.5e+
.byte 0xee
.float
.byte 0xee
.float ,
.byte 0xee
.float 1,
.byte 0xee
.float -
.byte 0xee
.float 16777217, 16777219, 0.1000000015
.double 9007199254740993, 9007199254740995
.float 1.17549435e-38, 1.17549429e-38, 7e-46, 7.1e-46
.double nan, -nan
.tfloat nan, inf, -inf, -nan
.byte 0xee
.dcb.s -1,1
.dcb.s 2
.ds.s 1
.float 65520, 1.e5
.hfloat 65519, 65519.99, 5.9e-8,2.9e-8,2.99e-8
