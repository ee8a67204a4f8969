/** Calls, jumps, returns: the columns are described in ../rows.ts. */
// prettier-ignore
export const branch = String.raw`
# Calls and jumps (SDM volume 2, CALL, JMP, Jcc, LOOP, RET)
call       | rel16                  | o16 E8 cw            |    |        | suf=w ds bnd noint64
call       | rel32                  | o32 E8 cd            | 32 |        | suf=l ds bnd
call       | rel32                  | o64 E8 cd            | 64 |        | suf=q ds d64 bnd
call       | r16                    | o16 FF /2            |    |        | ds d64 indirect bnd notrack suf=w noint64
call       | r32                    | o32 FF /2            | 32 |        | ds indirect bnd notrack suf=l
call       | r64                    | o64 FF /2            | 64 |        | ds d64 indirect bnd notrack suf=q
call       | m16                    | o16 FF /2            |    |        | ds d64 indirect bnd notrack suf=w noint64
call       | m32                    | o32 FF /2            | 32 |        | ds indirect bnd notrack suf=l
call       | m64                    | o64 FF /2            | 64 |        | ds d64 indirect bnd notrack suf=q
call       | imm16, imm16           | o16 9A cd            | 32 |        | suf=w ds far same
call       | imm16, imm32           | o32 9A cp            | 32 |        | suf=l ds far same
lcall      | imm16, imm16           | o16 9A cd            | 32 |        | suf=w ds far same
lcall      | imm16, imm32           | o32 9A cp            | 32 |        | suf=l ds far same
lcall      | m16:16                 | o16 FF /3            |    |        | ds indirect suf=w
lcall      | m16:32                 | o32 FF /3            |    |        | ds indirect suf=l
lcall      | m16:64                 | o64 FF /3            | 64 |        | indirect suf=q ds intel64
jmp        | rel8                   | EB cb                |    |        | relax bnd hint suf=
jmp        | r16                    | o16 FF /4            |    |        | ds nostack d64 indirect bnd notrack suf=w noint64
jmp        | r32                    | o32 FF /4            | 32 |        | ds nostack indirect bnd notrack suf=l
jmp        | r64                    | o64 FF /4            | 64 |        | ds nostack d64 indirect bnd notrack suf=q
jmp        | m16                    | o16 FF /4            |    |        | ds nostack d64 indirect bnd notrack suf=w noint64
jmp        | m32                    | o32 FF /4            | 32 |        | ds nostack indirect bnd notrack suf=l
jmp        | m64                    | o64 FF /4            | 64 |        | ds nostack d64 indirect bnd notrack suf=q
jmp        | imm16, imm16           | o16 EA cd            | 32 |        | suf=w ds nostack far same
jmp        | imm16, imm32           | o32 EA cp            | 32 |        | suf=l ds nostack far same
ljmp       | imm16, imm16           | o16 EA cd            | 32 |        | suf=w ds nostack far same
ljmp       | imm16, imm32           | o32 EA cp            | 32 |        | suf=l ds nostack far same
ljmp       | m16:16                 | o16 FF /5            |    |        | ds nostack indirect suf=w
ljmp       | m16:32                 | o32 FF /5            |    |        | ds nostack indirect suf=l
ljmp       | m16:64                 | o64 FF /5            | 64 |        | indirect suf=q ds nostack intel64
jo         | rel8                   | 70 cb                |    |        | relax bnd hint suf=
jno        | rel8                   | 71 cb                |    |        | relax bnd hint suf=
jb         | rel8                   | 72 cb                |    |        | relax bnd hint suf=
jc         | rel8                   | 72 cb                |    |        | relax bnd hint suf=
jnae       | rel8                   | 72 cb                |    |        | relax bnd hint suf=
jnb        | rel8                   | 73 cb                |    |        | relax bnd hint suf=
jae        | rel8                   | 73 cb                |    |        | relax bnd hint suf=
jnc        | rel8                   | 73 cb                |    |        | relax bnd hint suf=
je         | rel8                   | 74 cb                |    |        | relax bnd hint suf=
jz         | rel8                   | 74 cb                |    |        | relax bnd hint suf=
jne        | rel8                   | 75 cb                |    |        | relax bnd hint suf=
jnz        | rel8                   | 75 cb                |    |        | relax bnd hint suf=
jbe        | rel8                   | 76 cb                |    |        | relax bnd hint suf=
jna        | rel8                   | 76 cb                |    |        | relax bnd hint suf=
jnbe       | rel8                   | 77 cb                |    |        | relax bnd hint suf=
ja         | rel8                   | 77 cb                |    |        | relax bnd hint suf=
js         | rel8                   | 78 cb                |    |        | relax bnd hint suf=
jns        | rel8                   | 79 cb                |    |        | relax bnd hint suf=
jp         | rel8                   | 7A cb                |    |        | relax bnd hint suf=
jpe        | rel8                   | 7A cb                |    |        | relax bnd hint suf=
jnp        | rel8                   | 7B cb                |    |        | relax bnd hint suf=
jpo        | rel8                   | 7B cb                |    |        | relax bnd hint suf=
jl         | rel8                   | 7C cb                |    |        | relax bnd hint suf=
jnge       | rel8                   | 7C cb                |    |        | relax bnd hint suf=
jnl        | rel8                   | 7D cb                |    |        | relax bnd hint suf=
jge        | rel8                   | 7D cb                |    |        | relax bnd hint suf=
jle        | rel8                   | 7E cb                |    |        | relax bnd hint suf=
jng        | rel8                   | 7E cb                |    |        | relax bnd hint suf=
jnle       | rel8                   | 7F cb                |    |        | relax bnd hint suf=
jg         | rel8                   | 7F cb                |    |        | relax bnd hint suf=
# Loops; the suffix is the counter's size (address size)
jcxz       | rel8                   | a16 E3 cb            | 32 |        | hint suf=
jecxz      | rel8                   | a32 E3 cb            |    | 386    | hint suf=
jrcxz      | rel8                   | a64 E3 cb            | 64 |        | hint suf=
loop       | rel8                   | a16 E2 cb            | 32 |        | suf=w das hint
loop       | rel8                   | a32 E2 cb            |    | 386    | suf=l das hint
loop       | rel8                   | a64 E2 cb            | 64 |        | suf=q das hint
loope      | rel8                   | a16 E1 cb            | 32 |        | suf=w das hint
loope      | rel8                   | a32 E1 cb            |    | 386    | suf=l das hint
loope      | rel8                   | a64 E1 cb            | 64 |        | suf=q das hint
loopz      | rel8                   | a16 E1 cb            | 32 |        | suf=w das hint
loopz      | rel8                   | a32 E1 cb            |    | 386    | suf=l das hint
loopz      | rel8                   | a64 E1 cb            | 64 |        | suf=q das hint
loopne     | rel8                   | a16 E0 cb            | 32 |        | suf=w das hint
loopne     | rel8                   | a32 E0 cb            |    | 386    | suf=l das hint
loopne     | rel8                   | a64 E0 cb            | 64 |        | suf=q das hint
loopnz     | rel8                   | a16 E0 cb            | 32 |        | suf=w das hint
loopnz     | rel8                   | a32 E0 cb            |    | 386    | suf=l das hint
loopnz     | rel8                   | a64 E0 cb            | 64 |        | suf=q das hint
# Returns, interrupts, frames
ret        |                        | o16 C3               |    |        | ds d64 bnd rep
ret        |                        | o32 C3               | 32 |        | ds bnd rep
ret        |                        | o64 C3               | 64 |        | ds d64 bnd rep
ret        | imm16                  | o16 C2 iw            |    |        | ds d64 bnd rep
ret        | imm16                  | o32 C2 iw            | 32 |        | ds bnd rep
ret        | imm16                  | o64 C2 iw            | 64 |        | ds d64 bnd rep
lret       |                        | o16 CB               |    |        |
lret       |                        | o32 CB               |    |        |
lret       |                        | o64 CB               | 64 |        |
lret       | imm16                  | o16 CA iw            |    |        |
lret       | imm16                  | o32 CA iw            |    |        |
lret       | imm16                  | o64 CA iw            | 64 |        |
retf       |                        | o16 CB               |    |        |
retf       |                        | o32 CB               |    |        |
retf       |                        | o64 CB               | 64 |        |
retf       | imm16                  | o16 CA iw            |    |        |
retf       | imm16                  | o32 CA iw            |    |        |
retf       | imm16                  | o64 CA iw            | 64 |        |
iret       |                        | o16 CF               |    |        |
iret       |                        | o32 CF               |    |        |
iret       |                        | o64 CF               | 64 |        |
enter      | imm16, imm8            | o16 C8 iw ib         |    | 186    | ds d64 same
enter      | imm16, imm8            | o32 C8 iw ib         | 32 | 186    | ds same
enter      | imm16, imm8            | o64 C8 iw ib         | 64 | 186    | ds d64 same
leave      |                        | o16 C9               |    | 186    | ds d64
leave      |                        | o32 C9               | 32 | 186    | ds
leave      |                        | o64 C9               | 64 | 186    | ds d64
int        | imm8                   | CD ib                |    |        |
int3       |                        | CC                   |    |        |
int1       |                        | F1                   |    |        |
into       |                        | CE                   | 32 |        |
# Transactions (SDM volume 2, XBEGIN, XABORT)
xbegin     | rel16                  | o16 C7 F8 cw         | 32 | rtm    | suf= ds nostack
xbegin     | rel32                  | o32 C7 F8 cd         | 32 | rtm    | suf= ds nostack
xbegin     | rel32                  | C7 F8 cd             | 64 | rtm    | suf=
xabort     | imm8                   | C6 F8 ib             |    | rtm    |
xend       |                        | 0F 01 D5             |    | rtm    |
xtest      |                        | 0F 01 D6             |    | rtm/hle |
`;
