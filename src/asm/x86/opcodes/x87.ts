/** The x87 floating-point unit: the columns are described in ../rows.ts. */
// prettier-ignore
export const x87 = String.raw`
# Loads, stores (SDM volume 1, chapter 8). Memory suffixes: s 32-bit, l 64-bit, t 80-bit floating; s 16-bit, l 32-bit, ll/q 64-bit integer
fld        | ST(i)                  | D9 C0+i              |    | fp     |
fld        | ST(i)                  | D9 C0+i              |    | fp     | suf=l translate
fld        | m32fp                  | D9 /0                |    | fp     | suf=s fp
fld        | m64fp                  | DD /0                |    | fp     | suf=l fp
fld        | m80fp                  | DB /5                |    | fp     | suf=t fp
fst        | ST(i)                  | DD D0+i              |    | fp     |
fst        | ST(i)                  | DD D0+i              |    | fp     | suf=l translate
fst        | m32fp                  | D9 /2                |    | fp     | suf=s fp
fst        | m64fp                  | DD /2                |    | fp     | suf=l fp
fstp       | ST(i)                  | DD D8+i              |    | fp     |
fstp       | ST(i)                  | DD D8+i              |    | fp     | suf=l translate
fstp       | m32fp                  | D9 /3                |    | fp     | suf=s fp
fstp       | m64fp                  | DD /3                |    | fp     | suf=l fp
fstp       | m80fp                  | DB /7                |    | fp     | suf=t fp
fild       | m16int                 | DF /0                |    | fp     | suf=s fp
fild       | m32int                 | DB /0                |    | fp     | suf=l fp
fild       | m64int                 | DF /5                |    | fp     | suf=q fp
fildll     | m64int                 | DF /5                |    | fp     | suf= attsyn
fist       | m16int                 | DF /2                |    | fp     | suf=s fp
fist       | m32int                 | DB /2                |    | fp     | suf=l fp
fistp      | m16int                 | DF /3                |    | fp     | suf=s fp
fistp      | m32int                 | DB /3                |    | fp     | suf=l fp
fistp      | m64int                 | DF /7                |    | fp     | suf=q fp
fistpll    | m64int                 | DF /7                |    | fp     | suf= attsyn
fisttp     | m16int                 | DF /1                |    | fisttp | suf=s fp
fisttp     | m32int                 | DB /1                |    | fisttp | suf=l fp
fisttp     | m64int                 | DD /1                |    | fisttp | suf=q fp
fisttpll   | m64int                 | DD /1                |    | fisttp | suf= attsyn
fbld       | m80bcd                 | DF /4                |    | fp     | suf=
fbstp      | m80bcd                 | DF /6                |    | fp     | suf=
fxch       | ST(i)                  | D9 C8+i              |    | fp     |
fxch       |                        | D9 C9                |    | fp     |
# Comparisons
fcom       | ST(i)                  | D8 D0+i              |    | fp     |
fcom       | ST(i)                  | D8 D0+i              |    | fp     | suf=l translate
fcom       |                        | D8 D1                |    | fp     |
fcom       | m32fp                  | D8 /2                |    | fp     | suf=s fp
fcom       | m64fp                  | DC /2                |    | fp     | suf=l fp
fcomp      | ST(i)                  | D8 D8+i              |    | fp     |
fcomp      | ST(i)                  | D8 D8+i              |    | fp     | suf=l translate
fcomp      |                        | D8 D9                |    | fp     |
fcomp      | m32fp                  | D8 /3                |    | fp     | suf=s fp
fcomp      | m64fp                  | DC /3                |    | fp     | suf=l fp
ficom      | m16int                 | DE /2                |    | fp     | suf=s fp
ficom      | m32int                 | DA /2                |    | fp     | suf=l fp
ficomp     | m16int                 | DE /3                |    | fp     | suf=s fp
ficomp     | m32int                 | DA /3                |    | fp     | suf=l fp
fcompp     |                        | DE D9                |    | fp     |
fucom      | ST(i)                  | DD E0+i              |    | 387    |
fucom      |                        | DD E1                |    | 387    |
fucomp     | ST(i)                  | DD E8+i              |    | 387    |
fucomp     |                        | DD E9                |    | 387    |
fucompp    |                        | DA E9                |    | 387    |
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
ftst       |                        | D9 E4                |    | fp     |
fxam       |                        | D9 E5                |    | fp     |
# Constants
fld1       |                        | D9 E8                |    | fp     |
fldl2t     |                        | D9 E9                |    | fp     |
fldl2e     |                        | D9 EA                |    | fp     |
fldpi      |                        | D9 EB                |    | fp     |
fldlg2     |                        | D9 EC                |    | fp     |
fldln2     |                        | D9 ED                |    | fp     |
fldz       |                        | D9 EE                |    | fp     |
# Arithmetic. AT&T mnemonics exchange fsub/fsubr and fdiv/fdivr where the destination is %st(i): see the gas manual, i386-Bugs
fadd       | ST(0), ST(i)           | D8 C0+i              |    | fp     | swap load
fadd       | ST(i), ST(0)           | DC C0+i              |    | fp     | swap store
fadd       | ST(i)                  | D8 C0+i              |    | fp     |
fadd       |                        | DE C1                |    | fp     | fpop
fadd       | m32fp                  | D8 /0                |    | fp     | suf=s fp
fadd       | m64fp                  | DC /0                |    | fp     | suf=l fp
faddp      | ST(i), ST(0)           | DE C0+i              |    | fp     |
faddp      | ST(0), ST(i)           | DE C0+i              |    | fp     | translate
faddp      | ST(i)                  | DE C0+i              |    | fp     |
faddp      |                        | DE C1                |    | fp     |
fmul       | ST(0), ST(i)           | D8 C8+i              |    | fp     | swap load
fmul       | ST(i), ST(0)           | DC C8+i              |    | fp     | swap store
fmul       | ST(i)                  | D8 C8+i              |    | fp     |
fmul       |                        | DE C9                |    | fp     | fpop
fmul       | m32fp                  | D8 /1                |    | fp     | suf=s fp
fmul       | m64fp                  | DC /1                |    | fp     | suf=l fp
fmulp      | ST(i), ST(0)           | DE C8+i              |    | fp     |
fmulp      | ST(0), ST(i)           | DE C8+i              |    | fp     | translate
fmulp      | ST(i)                  | DE C8+i              |    | fp     |
fmulp      |                        | DE C9                |    | fp     |
fsub       | ST(0), ST(i)           | D8 E0+i              |    | fp     | swap load
fsub       | ST(i)                  | D8 E0+i              |    | fp     |
fsub       | ST(i), ST(0)           | DC E0+i              |    | fp     | swap store att
fsub       | ST(i), ST(0)           | DC E8+i              |    | fp     | swap store intel
fsub       |                        | DE E1                |    | fp     | att fpop
fsub       |                        | DE E9                |    | fp     | intel fpop
fsub       | m32fp                  | D8 /4                |    | fp     | suf=s fp
fsub       | m64fp                  | DC /4                |    | fp     | suf=l fp
fsubr      | ST(0), ST(i)           | D8 E8+i              |    | fp     | swap load
fsubr      | ST(i)                  | D8 E8+i              |    | fp     |
fsubr      | ST(i), ST(0)           | DC E8+i              |    | fp     | swap store att
fsubr      | ST(i), ST(0)           | DC E0+i              |    | fp     | swap store intel
fsubr      |                        | DE E9                |    | fp     | att fpop
fsubr      |                        | DE E1                |    | fp     | intel fpop
fsubr      | m32fp                  | D8 /5                |    | fp     | suf=s fp
fsubr      | m64fp                  | DC /5                |    | fp     | suf=l fp
fdiv       | ST(0), ST(i)           | D8 F0+i              |    | fp     | swap load
fdiv       | ST(i)                  | D8 F0+i              |    | fp     |
fdiv       | ST(i), ST(0)           | DC F0+i              |    | fp     | swap store att
fdiv       | ST(i), ST(0)           | DC F8+i              |    | fp     | swap store intel
fdiv       |                        | DE F1                |    | fp     | att fpop
fdiv       |                        | DE F9                |    | fp     | intel fpop
fdiv       | m32fp                  | D8 /6                |    | fp     | suf=s fp
fdiv       | m64fp                  | DC /6                |    | fp     | suf=l fp
fdivr      | ST(0), ST(i)           | D8 F8+i              |    | fp     | swap load
fdivr      | ST(i)                  | D8 F8+i              |    | fp     |
fdivr      | ST(i), ST(0)           | DC F8+i              |    | fp     | swap store att
fdivr      | ST(i), ST(0)           | DC F0+i              |    | fp     | swap store intel
fdivr      |                        | DE F9                |    | fp     | att fpop
fdivr      |                        | DE F1                |    | fp     | intel fpop
fdivr      | m32fp                  | D8 /7                |    | fp     | suf=s fp
fdivr      | m64fp                  | DC /7                |    | fp     | suf=l fp
fsubp      | ST(i), ST(0)           | DE E0+i              |    | fp     | att
fsubp      | ST(i)                  | DE E0+i              |    | fp     | att
fsubp      |                        | DE E1                |    | fp     | att
fsubp      | ST(i), ST(0)           | DE E8+i              |    | fp     | intel
fsubp      | ST(i)                  | DE E8+i              |    | fp     | intel
fsubp      |                        | DE E9                |    | fp     | intel
fsubrp     | ST(i), ST(0)           | DE E8+i              |    | fp     | att
fsubrp     | ST(i)                  | DE E8+i              |    | fp     | att
fsubrp     |                        | DE E9                |    | fp     | att
fsubrp     | ST(i), ST(0)           | DE E0+i              |    | fp     | intel
fsubrp     | ST(i)                  | DE E0+i              |    | fp     | intel
fsubrp     |                        | DE E1                |    | fp     | intel
fdivp      | ST(i), ST(0)           | DE F0+i              |    | fp     | att
fdivp      | ST(i)                  | DE F0+i              |    | fp     | att
fdivp      |                        | DE F1                |    | fp     | att
fdivp      | ST(i), ST(0)           | DE F8+i              |    | fp     | intel
fdivp      | ST(i)                  | DE F8+i              |    | fp     | intel
fdivp      |                        | DE F9                |    | fp     | intel
fdivrp     | ST(i), ST(0)           | DE F8+i              |    | fp     | att
fdivrp     | ST(i)                  | DE F8+i              |    | fp     | att
fdivrp     |                        | DE F9                |    | fp     | att
fdivrp     | ST(i), ST(0)           | DE F0+i              |    | fp     | intel
fdivrp     | ST(i)                  | DE F0+i              |    | fp     | intel
fdivrp     |                        | DE F1                |    | fp     | intel
fiadd      | m16int                 | DE /0                |    | fp     | suf=s fp
fiadd      | m32int                 | DA /0                |    | fp     | suf=l fp
fimul      | m16int                 | DE /1                |    | fp     | suf=s fp
fimul      | m32int                 | DA /1                |    | fp     | suf=l fp
fisub      | m16int                 | DE /4                |    | fp     | suf=s fp
fisub      | m32int                 | DA /4                |    | fp     | suf=l fp
fisubr     | m16int                 | DE /5                |    | fp     | suf=s fp
fisubr     | m32int                 | DA /5                |    | fp     | suf=l fp
fidiv      | m16int                 | DE /6                |    | fp     | suf=s fp
fidiv      | m32int                 | DA /6                |    | fp     | suf=l fp
fidivr     | m16int                 | DE /7                |    | fp     | suf=s fp
fidivr     | m32int                 | DA /7                |    | fp     | suf=l fp
# Functions
fchs       |                        | D9 E0                |    | fp     |
fabs       |                        | D9 E1                |    | fp     |
f2xm1      |                        | D9 F0                |    | fp     |
fyl2x      |                        | D9 F1                |    | fp     |
fptan      |                        | D9 F2                |    | fp     |
fpatan     |                        | D9 F3                |    | fp     |
fxtract    |                        | D9 F4                |    | fp     |
fprem1     |                        | D9 F5                |    | 387    |
fdecstp    |                        | D9 F6                |    | fp     |
fincstp    |                        | D9 F7                |    | fp     |
fprem      |                        | D9 F8                |    | fp     |
fyl2xp1    |                        | D9 F9                |    | fp     |
fsqrt      |                        | D9 FA                |    | fp     |
fsincos    |                        | D9 FB                |    | 387    |
frndint    |                        | D9 FC                |    | fp     |
fscale     |                        | D9 FD                |    | fp     |
fsin       |                        | D9 FE                |    | 387    |
fcos       |                        | D9 FF                |    | 387    |
fnop       |                        | D9 D0                |    | fp     |
wait       |                        | 9B                   |    |        |
fwait      |                        | 9B                   |    | fp     |
# Control: the f form waits (9B), the fn form does not
fninit     |                        | DB E3                |    | fp     |
finit      |                        | 9B DB E3             |    | fp     |
fnclex     |                        | DB E2                |    | fp     |
fclex      |                        | 9B DB E2             |    | fp     |
fneni      |                        | DB E0                |    | 8087   |
feni       |                        | 9B DB E0             |    | 8087   |
fndisi     |                        | DB E1                |    | 8087   |
fdisi      |                        | 9B DB E1             |    | 8087   |
fnsetpm    |                        | DB E4                |    | 287    |
fsetpm     |                        | 9B DB E4             |    | 287    |
frstpm     |                        | DB E5                |    | 287    |
fldcw      | m2byte                 | D9 /5                |    | fp     | suf=w
fnstcw     | m2byte                 | D9 /7                |    | fp     | suf=w
fnstsw     | AX                     | DF E0                |    | 287/387 | suf=
fnstsw     | m2byte                 | DD /7                |    | fp     | suf=w
fnstsw     |                        | DF E0                |    | 287/387 | suf=
fnstenv    | m14byte                | D9 /6                |    | fp     | suf=
fnstenv    | m14byte                | o16 D9 /6            |    | fp     | suf=s
fnstenv    | m14byte                | o32 D9 /6            |    | fp     | suf=l
fnsave     | m94byte                | DD /6                |    | fp     | suf=
fnsave     | m94byte                | o16 DD /6            |    | fp     | suf=s
fnsave     | m94byte                | o32 DD /6            |    | fp     | suf=l
fstcw      | m2byte                 | 9B D9 /7             |    | fp     | suf=w
fstsw      | AX                     | 9B DF E0             |    | 287/387 | suf=
fstsw      | m2byte                 | 9B DD /7             |    | fp     | suf=w
fstsw      |                        | 9B DF E0             |    | 287/387 | suf=
fstenv     | m14byte                | 9B D9 /6             |    | fp     | suf=
fstenv     | m14byte                | o16 9B D9 /6         |    | fp     | suf=s
fstenv     | m14byte                | o32 9B D9 /6         |    | fp     | suf=l
fsave      | m94byte                | 9B DD /6             |    | fp     | suf=
fsave      | m94byte                | o16 9B DD /6         |    | fp     | suf=s
fsave      | m94byte                | o32 9B DD /6         |    | fp     | suf=l
fldenv     | m14byte                | D9 /4                |    | fp     | suf=
fldenv     | m14byte                | o16 D9 /4            |    | fp     | suf=s
fldenv     | m14byte                | o32 D9 /4            |    | fp     | suf=l
frstor     | m94byte                | DD /4                |    | fp     | suf=
frstor     | m94byte                | o16 DD /4            |    | fp     | suf=s
frstor     | m94byte                | o32 DD /4            |    | fp     | suf=l
ffree      | ST(i)                  | DD C0+i              |    | fp     |
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
