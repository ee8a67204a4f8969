.data
.long
.long ,1
.long 1,
.long 1 2
.long %eax
.byte 256
.byte -129
.byte 0x1ff, -256, -257
.word 0x12345
.word 65536+5
.long 0x1ffffffff
.long -0x1ffffffff
.quad 0x1ffffffffffffffff
.quad -0x8000000000000001
.octa 0x112233445566778899aabbccddeeff00
.octa -1
.octa -0x112233445566778899aabbccddeeff00
.octa 0x1112233445566778899aabbccddeeff00
.long 0f1.5
.long (1
.long 1)
.long 3==1+2
.long 4|4+4, 1<<2+1, 5!1, 1<2, 2<=2, 1&&2, 0||0, -1>>60, 1<<64,1<<65, 1>>64, -5/2, -5%3, 5%-3
.long 1/0
.long 5%0
.long 089
.long 1_000
.long 'a, 'b', '\n, '\\, '"', ' '
.long "abc"
.quad "a b"+4
.long +5, -+5, ~1, !5, !0, - -5
.long 1+
.long *
.long a-b
.long a+b
.long -a
.long a*2
.long 1b
.long 1f
.long foo bar
.long [1+2]*3
.long $5
.long a<b
.space
.space 0
.space -1
.space 3,256
.space 3,-129
.space 2,0x1234
.space 2,a
.space a
.space 4 5
.zero 4
.zero 4,1
.skip 4,2,3
.fill
.fill 3
.fill 3,2
.fill 3,2,0x1234
.fill 2,8,0x1122334455667788
.fill 2,9,1
.fill 2,-1,1
.fill -2,1,1
.fill 0
.fill 2,0,1
.fill 2,4,-1
.fill 2,8,-1
.fill a,1,1
.align
.align 3
.align 4,5
.align 8,,2
.align 8,5,2
.align -4
.p2align 3,0x90,1,1
.balignw 4
.balignw 4,0x1234
.balignl 8,0x12345678
.balignw 4,0x1234,2
.p2alignw 3,5
.org a
.org 4
.org . + 16
.org .+4,5
.org .+4,5,6
.nop
.nop 1
.nops
.nops 4
.nops 4,1
.nops -4
.nops 4,-1
.uleb128
.uleb128 1,2,300,-1
.sleb128 -1,63,64,-64,-65,0x123456789abcdef0123
.uleb128 0x123456789abcdef0123
.uleb128 a
.uleb128 1 2
.ascii "a" "b"
.asciz "a" "b","c"
.string "a\141\x41\x141\q\b\f\v\n\"\\"
.ascii <65>"abc"<1+2>
.ascii abc
.string16 "ab"
.string32 "ab"
.string64 "a"
.string8 "ab"
.dc.b 1
.dc.w 1
.dc.l 1
.dc 5
.dcb 2,3
.dcb.b 2,3
.dcb.w 2,3
.dcb.l 2,3
.dcb.b -1,3
.dcb.b 2
.ds 2
.ds.b 2
.ds.w 2
.ds.l 2
.ds.d 1
.ds.p 1
.ds.s 1
.ds.x 1
.ds.b 2,3
.ds.w 2,3
.slong 4
.value 1
.hword 1
.2byte 0x12345
.4byte 0x123456789
.8byte 1
