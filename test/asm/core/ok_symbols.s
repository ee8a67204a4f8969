.comm c1,1
.comm c2,2
.comm c3,3
.comm c4,4
.comm c7,7
.comm c8,8
.comm c16,16
.comm c20,20
.comm c32,32
.comm c100,100
.comm ca,100,1
.comm cb,100,64
.lcomm l1,1
.lcomm l8,8
.lcomm l3,3
.lcomm l16,16
.local x
.comm x,100
.local y
.comm y,3
.local z
.comm z,3,8
.largecomm lc1,100,16
.largecomm lc2,100
.tls_common t1,4
.tls_common t2,4,8
.local lc3
.largecomm lc3,10,4
.local t3
.tls_common t3,4,8
.symver f1,f1@VER1
.symver f2,f2@@VER2
.symver f3,f3@@@VER3
.symver und1,und1@VER
.symver und2,und2@@@VER
.symver f4,f4@V1,remove
.symver f5,f5@V1,local
.symver f6,f6@V1,hidden
.globl f1,f2,f3,f4
f1: f2: f3: f4: f5: f6: nop
.long und1, und2
.weakref w1,wt1
.weakref w2,wt2
.weakref w4,wt4
.weakref w5,wt5
.long w1
.weakref w3,f1
.long w3, w4, wt4
.globl wt5
.ident "foo"
.ident "foo","bar"
.version "1.0"
.vtable_inherit f1,f2
.vtable_entry f1,4
.vtable_inherit f3,0
.globl "quoted name", g1
.globl g2
.weak g2, wk
.weak g3
.globl g3
g2: g3:
.set s1,5
.long s1
.set s1,6
.long s1
s1=7
.eqv s4,s1+1
.long s4
s1=9
.long s4
.long s9
s9=4
.long s9
s9=5
.long s9
1: .long 1b,1f
1: .long .L5, .text, .data, .bss,.comment
.reloc .,R_X86_64_PC32,foo
.reloc 0,R_X86_64_64,foo+4
.reloc 4,BFD_RELOC_32,foo
.reloc 4,R_X86_64_NONE
.reloc f1,R_X86_64_32,foo
.reloc f1+2,R_X86_64_32,f1+5
.reloc 1f,R_X86_64_32,.data
1: .byte 0
.lsym ls,5
u=undef+4
.long u
.globl ge
ge=f1+1
.long ge
le=f1+2
.long le
.globl ga
ga=5
.long ga
.weak wa
wa=5
.long wa
.local un
.type ifn,@gnu_indirect_function
ifn: .long ifn
.long ifn-.
.type uq,@gnu_unique_object
uq: .long uq
.hidden hid
.long hid
.hidden hd2
