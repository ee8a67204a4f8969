/** The x87 floating-point unit: the columns are described in ../rows.ts. */
// prettier-ignore
export const x87 = String.raw`
# Loads, stores (SDM volume 1, chapter 8). Memory suffixes: s 32-bit, l 64-bit, t 80-bit floating; s 16-bit, l 32-bit, ll/q 64-bit integer
fld        | ST(i)                  | D9 C0+i              |    | 8087   |
fld        | ST(i)                  | D9 C0+i              |    | 8087   | suf=l translate
fld        | m32fp                  | D9 /0                |    | 8087   | suf=s fp
fld        | m64fp                  | DD /0                |    | 8087   | suf=l fp
fld        | m80fp                  | DB /5                |    | 8087   | suf=t fp
fst        | ST(i)                  | DD D0+i              |    | 8087   |
fst        | ST(i)                  | DD D0+i              |    | 8087   | suf=l translate
fst        | m32fp                  | D9 /2                |    | 8087   | suf=s fp
fst        | m64fp                  | DD /2                |    | 8087   | suf=l fp
fstp       | ST(i)                  | DD D8+i              |    | 8087   |
fstp       | ST(i)                  | DD D8+i              |    | 8087   | suf=l translate
fstp       | m32fp                  | D9 /3                |    | 8087   | suf=s fp
fstp       | m64fp                  | DD /3                |    | 8087   | suf=l fp
fstp       | m80fp                  | DB /7                |    | 8087   | suf=t fp
fild       | m16int                 | DF /0                |    | 8087   | suf=s fp
fild       | m32int                 | DB /0                |    | 8087   | suf=l fp
fild       | m64int                 | DF /5                |    | 8087   | suf=q fp
fildll     | m64int                 | DF /5                |    | 8087   | suf=
fist       | m16int                 | DF /2                |    | 8087   | suf=s fp
fist       | m32int                 | DB /2                |    | 8087   | suf=l fp
fistp      | m16int                 | DF /3                |    | 8087   | suf=s fp
fistp      | m32int                 | DB /3                |    | 8087   | suf=l fp
fistp      | m64int                 | DF /7                |    | 8087   | suf=q fp
fistpll    | m64int                 | DF /7                |    | 8087   | suf=
fisttp     | m16int                 | DF /1                |    | sse3   | suf=s fp
fisttp     | m32int                 | DB /1                |    | sse3   | suf=l fp
fisttp     | m64int                 | DD /1                |    | sse3   | suf=q fp
fisttpll   | m64int                 | DD /1                |    | sse3   | suf=
fbld       | m80bcd                 | DF /4                |    | 8087   | suf=
fbstp      | m80bcd                 | DF /6                |    | 8087   | suf=
fxch       | ST(i)                  | D9 C8+i              |    | 8087   |
fxch       |                        | D9 C9                |    | 8087   |
# Comparisons
fcom       | ST(i)                  | D8 D0+i              |    | 8087   |
fcom       | ST(i)                  | D8 D0+i              |    | 8087   | suf=l translate
fcom       |                        | D8 D1                |    | 8087   |
fcom       | m32fp                  | D8 /2                |    | 8087   | suf=s fp
fcom       | m64fp                  | DC /2                |    | 8087   | suf=l fp
fcomp      | ST(i)                  | D8 D8+i              |    | 8087   |
fcomp      | ST(i)                  | D8 D8+i              |    | 8087   | suf=l translate
fcomp      |                        | D8 D9                |    | 8087   |
fcomp      | m32fp                  | D8 /3                |    | 8087   | suf=s fp
fcomp      | m64fp                  | DC /3                |    | 8087   | suf=l fp
ficom      | m16int                 | DE /2                |    | 8087   | suf=s fp
ficom      | m32int                 | DA /2                |    | 8087   | suf=l fp
ficomp     | m16int                 | DE /3                |    | 8087   | suf=s fp
ficomp     | m32int                 | DA /3                |    | 8087   | suf=l fp
fcompp     |                        | DE D9                |    | 8087   |
fucom      | ST(i)                  | DD E0+i              |    | 287    |
fucom      |                        | DD E1                |    | 287    |
fucomp     | ST(i)                  | DD E8+i              |    | 287    |
fucomp     |                        | DD E9                |    | 287    |
fucompp    |                        | DA E9                |    | 287    |
fcomi      | ST(0), ST(i)           | DB F0+i              |    | 687    |
fcomi      | ST(i)                  | DB F0+i              |    | 687    |
fcomi      |                        | DB F1                |    | 687    |
fcomip     | ST(0), ST(i)           | DF F0+i              |    | 687    |
fcomip     | ST(i)                  | DF F0+i              |    | 687    |
fcomip     |                        | DF F1                |    | 687    |
fcompi     | ST(0), ST(i)           | DF F0+i              |    | 687    |
fcompi     | ST(i)                  | DF F0+i              |    | 687    |
fcompi     |                        | DF F1                |    | 687    |
fucomi     | ST(0), ST(i)           | DB E8+i              |    | 687    |
fucomi     | ST(i)                  | DB E8+i              |    | 687    |
fucomi     |                        | DB E9                |    | 687    |
fucomip    | ST(0), ST(i)           | DF E8+i              |    | 687    |
fucomip    | ST(i)                  | DF E8+i              |    | 687    |
fucomip    |                        | DF E9                |    | 687    |
fucompi    | ST(0), ST(i)           | DF E8+i              |    | 687    |
fucompi    | ST(i)                  | DF E8+i              |    | 687    |
fucompi    |                        | DF E9                |    | 687    |
ftst       |                        | D9 E4                |    | 8087   |
fxam       |                        | D9 E5                |    | 8087   |
# Constants
fld1       |                        | D9 E8                |    | 8087   |
fldl2t     |                        | D9 E9                |    | 8087   |
fldl2e     |                        | D9 EA                |    | 8087   |
fldpi      |                        | D9 EB                |    | 8087   |
fldlg2     |                        | D9 EC                |    | 8087   |
fldln2     |                        | D9 ED                |    | 8087   |
fldz       |                        | D9 EE                |    | 8087   |
# Arithmetic. AT&T mnemonics exchange fsub/fsubr and fdiv/fdivr where the destination is %st(i): see the gas manual, i386-Bugs
fadd       | ST(0), ST(i)           | D8 C0+i              |    | 8087   |
fadd       | ST(i), ST(0)           | DC C0+i              |    | 8087   |
fadd       | ST(i)                  | D8 C0+i              |    | 8087   |
fadd       |                        | DE C1                |    | 8087   | fpop
fadd       | m32fp                  | D8 /0                |    | 8087   | suf=s fp
fadd       | m64fp                  | DC /0                |    | 8087   | suf=l fp
faddp      | ST(i), ST(0)           | DE C0+i              |    | 8087   |
faddp      | ST(i)                  | DE C0+i              |    | 8087   |
faddp      |                        | DE C1                |    | 8087   |
fmul       | ST(0), ST(i)           | D8 C8+i              |    | 8087   |
fmul       | ST(i), ST(0)           | DC C8+i              |    | 8087   |
fmul       | ST(i)                  | D8 C8+i              |    | 8087   |
fmul       |                        | DE C9                |    | 8087   | fpop
fmul       | m32fp                  | D8 /1                |    | 8087   | suf=s fp
fmul       | m64fp                  | DC /1                |    | 8087   | suf=l fp
fmulp      | ST(i), ST(0)           | DE C8+i              |    | 8087   |
fmulp      | ST(i)                  | DE C8+i              |    | 8087   |
fmulp      |                        | DE C9                |    | 8087   |
fsub       | ST(0), ST(i)           | D8 E0+i              |    | 8087   |
fsub       | ST(i)                  | D8 E0+i              |    | 8087   |
fsub       | ST(i), ST(0)           | DC E0+i              |    | 8087   | att
fsub       | ST(i), ST(0)           | DC E8+i              |    | 8087   | intel
fsub       |                        | DE E1                |    | 8087   | att fpop
fsub       |                        | DE E9                |    | 8087   | intel fpop
fsub       | m32fp                  | D8 /4                |    | 8087   | suf=s fp
fsub       | m64fp                  | DC /4                |    | 8087   | suf=l fp
fsubr      | ST(0), ST(i)           | D8 E8+i              |    | 8087   |
fsubr      | ST(i)                  | D8 E8+i              |    | 8087   |
fsubr      | ST(i), ST(0)           | DC E8+i              |    | 8087   | att
fsubr      | ST(i), ST(0)           | DC E0+i              |    | 8087   | intel
fsubr      |                        | DE E9                |    | 8087   | att fpop
fsubr      |                        | DE E1                |    | 8087   | intel fpop
fsubr      | m32fp                  | D8 /5                |    | 8087   | suf=s fp
fsubr      | m64fp                  | DC /5                |    | 8087   | suf=l fp
fdiv       | ST(0), ST(i)           | D8 F0+i              |    | 8087   |
fdiv       | ST(i)                  | D8 F0+i              |    | 8087   |
fdiv       | ST(i), ST(0)           | DC F0+i              |    | 8087   | att
fdiv       | ST(i), ST(0)           | DC F8+i              |    | 8087   | intel
fdiv       |                        | DE F1                |    | 8087   | att fpop
fdiv       |                        | DE F9                |    | 8087   | intel fpop
fdiv       | m32fp                  | D8 /6                |    | 8087   | suf=s fp
fdiv       | m64fp                  | DC /6                |    | 8087   | suf=l fp
fdivr      | ST(0), ST(i)           | D8 F8+i              |    | 8087   |
fdivr      | ST(i)                  | D8 F8+i              |    | 8087   |
fdivr      | ST(i), ST(0)           | DC F8+i              |    | 8087   | att
fdivr      | ST(i), ST(0)           | DC F0+i              |    | 8087   | intel
fdivr      |                        | DE F9                |    | 8087   | att fpop
fdivr      |                        | DE F1                |    | 8087   | intel fpop
fdivr      | m32fp                  | D8 /7                |    | 8087   | suf=s fp
fdivr      | m64fp                  | DC /7                |    | 8087   | suf=l fp
fsubp      | ST(i), ST(0)           | DE E0+i              |    | 8087   | att
fsubp      | ST(i)                  | DE E0+i              |    | 8087   | att
fsubp      |                        | DE E1                |    | 8087   | att
fsubp      | ST(i), ST(0)           | DE E8+i              |    | 8087   | intel
fsubp      | ST(i)                  | DE E8+i              |    | 8087   | intel
fsubp      |                        | DE E9                |    | 8087   | intel
fsubrp     | ST(i), ST(0)           | DE E8+i              |    | 8087   | att
fsubrp     | ST(i)                  | DE E8+i              |    | 8087   | att
fsubrp     |                        | DE E9                |    | 8087   | att
fsubrp     | ST(i), ST(0)           | DE E0+i              |    | 8087   | intel
fsubrp     | ST(i)                  | DE E0+i              |    | 8087   | intel
fsubrp     |                        | DE E1                |    | 8087   | intel
fdivp      | ST(i), ST(0)           | DE F0+i              |    | 8087   | att
fdivp      | ST(i)                  | DE F0+i              |    | 8087   | att
fdivp      |                        | DE F1                |    | 8087   | att
fdivp      | ST(i), ST(0)           | DE F8+i              |    | 8087   | intel
fdivp      | ST(i)                  | DE F8+i              |    | 8087   | intel
fdivp      |                        | DE F9                |    | 8087   | intel
fdivrp     | ST(i), ST(0)           | DE F8+i              |    | 8087   | att
fdivrp     | ST(i)                  | DE F8+i              |    | 8087   | att
fdivrp     |                        | DE F9                |    | 8087   | att
fdivrp     | ST(i), ST(0)           | DE F0+i              |    | 8087   | intel
fdivrp     | ST(i)                  | DE F0+i              |    | 8087   | intel
fdivrp     |                        | DE F1                |    | 8087   | intel
fiadd      | m16int                 | DE /0                |    | 8087   | suf=s fp
fiadd      | m32int                 | DA /0                |    | 8087   | suf=l fp
fimul      | m16int                 | DE /1                |    | 8087   | suf=s fp
fimul      | m32int                 | DA /1                |    | 8087   | suf=l fp
fisub      | m16int                 | DE /4                |    | 8087   | suf=s fp
fisub      | m32int                 | DA /4                |    | 8087   | suf=l fp
fisubr     | m16int                 | DE /5                |    | 8087   | suf=s fp
fisubr     | m32int                 | DA /5                |    | 8087   | suf=l fp
fidiv      | m16int                 | DE /6                |    | 8087   | suf=s fp
fidiv      | m32int                 | DA /6                |    | 8087   | suf=l fp
fidivr     | m16int                 | DE /7                |    | 8087   | suf=s fp
fidivr     | m32int                 | DA /7                |    | 8087   | suf=l fp
# Functions
fchs       |                        | D9 E0                |    | 8087   |
fabs       |                        | D9 E1                |    | 8087   |
f2xm1      |                        | D9 F0                |    | 8087   |
fyl2x      |                        | D9 F1                |    | 8087   |
fptan      |                        | D9 F2                |    | 8087   |
fpatan     |                        | D9 F3                |    | 8087   |
fxtract    |                        | D9 F4                |    | 8087   |
fprem1     |                        | D9 F5                |    | 287    |
fdecstp    |                        | D9 F6                |    | 8087   |
fincstp    |                        | D9 F7                |    | 8087   |
fprem      |                        | D9 F8                |    | 8087   |
fyl2xp1    |                        | D9 F9                |    | 8087   |
fsqrt      |                        | D9 FA                |    | 8087   |
fsincos    |                        | D9 FB                |    | 287    |
frndint    |                        | D9 FC                |    | 8087   |
fscale     |                        | D9 FD                |    | 8087   |
fsin       |                        | D9 FE                |    | 287    |
fcos       |                        | D9 FF                |    | 287    |
fnop       |                        | D9 D0                |    | 8087   |
wait       |                        | 9B                   |    |        |
fwait      |                        | 9B                   |    |        |
# Control: the f form waits (9B), the fn form does not
fninit     |                        | DB E3                |    | 8087   |
finit      |                        | 9B DB E3             |    | 8087   |
fnclex     |                        | DB E2                |    | 8087   |
fclex      |                        | 9B DB E2             |    | 8087   |
fneni      |                        | DB E0                |    | 287    |
feni       |                        | 9B DB E0             |    | 287    |
fndisi     |                        | DB E1                |    | 287    |
fdisi      |                        | 9B DB E1             |    | 287    |
fnsetpm    |                        | DB E4                |    | 287    |
fsetpm     |                        | 9B DB E4             |    | 287    |
frstpm     |                        | DB E5                |    | 287    |
fldcw      | m2byte                 | D9 /5                |    | 8087   | suf=w
fnstcw     | m2byte                 | D9 /7                |    | 8087   | suf=w
fnstsw     | AX                     | DF E0                |    | 8087   | suf=
fnstsw     | m2byte                 | DD /7                |    | 8087   | suf=w
fnstsw     |                        | DF E0                |    | 8087   | suf=
fnstenv    | m14byte                | D9 /6                |    | 8087   | suf=
fnstenv    | m14byte                | o16 D9 /6            |    | 8087   | suf=s
fnstenv    | m14byte                | o32 D9 /6            |    | 8087   | suf=l
fnsave     | m94byte                | DD /6                |    | 8087   | suf=
fnsave     | m94byte                | o16 DD /6            |    | 8087   | suf=s
fnsave     | m94byte                | o32 DD /6            |    | 8087   | suf=l
fstcw      | m2byte                 | 9B D9 /7             |    | 8087   | suf=w
fstsw      | AX                     | 9B DF E0             |    | 8087   | suf=
fstsw      | m2byte                 | 9B DD /7             |    | 8087   | suf=w
fstsw      |                        | 9B DF E0             |    | 8087   | suf=
fstenv     | m14byte                | 9B D9 /6             |    | 8087   | suf=
fstenv     | m14byte                | o16 9B D9 /6         |    | 8087   | suf=s
fstenv     | m14byte                | o32 9B D9 /6         |    | 8087   | suf=l
fsave      | m94byte                | 9B DD /6             |    | 8087   | suf=
fsave      | m94byte                | o16 9B DD /6         |    | 8087   | suf=s
fsave      | m94byte                | o32 9B DD /6         |    | 8087   | suf=l
fldenv     | m14byte                | D9 /4                |    | 8087   | suf=
fldenv     | m14byte                | o16 D9 /4            |    | 8087   | suf=s
fldenv     | m14byte                | o32 D9 /4            |    | 8087   | suf=l
frstor     | m94byte                | DD /4                |    | 8087   | suf=
frstor     | m94byte                | o16 DD /4            |    | 8087   | suf=s
frstor     | m94byte                | o32 DD /4            |    | 8087   | suf=l
ffree      | ST(i)                  | DD C0+i              |    | 8087   |
ffreep     | ST(i)                  | DF C0+i              |    | 687    |
# Conditional moves
fcmovb     | ST(0), ST(i)           | DA C0+i              |    | 687    |
fcmovnae   | ST(0), ST(i)           | DA C0+i              |    | 687    |
fcmove     | ST(0), ST(i)           | DA C8+i              |    | 687    |
fcmovbe    | ST(0), ST(i)           | DA D0+i              |    | 687    |
fcmovna    | ST(0), ST(i)           | DA D0+i              |    | 687    |
fcmovu     | ST(0), ST(i)           | DA D8+i              |    | 687    |
fcmovae    | ST(0), ST(i)           | DB C0+i              |    | 687    |
fcmovnb    | ST(0), ST(i)           | DB C0+i              |    | 687    |
fcmovne    | ST(0), ST(i)           | DB C8+i              |    | 687    |
fcmova     | ST(0), ST(i)           | DB D0+i              |    | 687    |
fcmovnbe   | ST(0), ST(i)           | DB D0+i              |    | 687    |
fcmovnu    | ST(0), ST(i)           | DB D8+i              |    | 687    |
`;
