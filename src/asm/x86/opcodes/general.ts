/** Moves, arithmetic, bits, conditions: the columns are described in ../rows.ts. */
// prettier-ignore
export const general = String.raw`
# Moves (SDM volume 2, MOV)
mov        | AL, moffs8             | A0 mo                |    |        |
mov        | AX, moffs16            | o16 A1 mo            |    |        |
mov        | EAX, moffs32           | o32 A1 mo            |    |        |
mov        | RAX, moffs64           | o64 A1 mo            | 64 |        |
mov        | moffs8, AL             | A2 mo                |    |        |
mov        | moffs16, AX            | o16 A3 mo            |    |        |
mov        | moffs32, EAX           | o32 A3 mo            |    |        |
mov        | moffs64, RAX           | o64 A3 mo            | 64 |        |
mov        | r/m8, r8               | 88 /r                |    |        | hle-release swap store
mov        | r/m16, r16             | o16 89 /r            |    |        | hle-release swap store
mov        | r/m32, r32             | o32 89 /r            |    |        | hle-release swap store
mov        | r/m64, r64             | o64 89 /r            | 64 |        | hle-release swap store
mov        | r8, r/m8               | 8A /r                |    |        | swap load
mov        | r16, r/m16             | o16 8B /r            |    |        | swap load
mov        | r32, r/m32             | o32 8B /r            |    |        | swap load
mov        | r64, r/m64             | o64 8B /r            | 64 |        | swap load
mov        | r8, imm8               | B0+rb ib             |    |        |
mov        | r16, imm16             | o16 B8+rw iw         |    |        |
mov        | r32, imm32             | o32 B8+rd id         |    |        |
mov        | r/m8, imm8             | C6 /0 ib             |    |        | hle-release
mov        | r/m16, imm16           | o16 C7 /0 iw         |    |        | hle-release
mov        | r/m32, imm32           | o32 C7 /0 id         |    |        | hle-release
mov        | r/m64, imm32           | o64 C7 /0 id         | 64 |        | hle-release
mov        | r64, imm64             | o64 B8+ro io         | 64 |        |
mov        | r16, Sreg              | o16 8C /r            |    |        | rm=0 reg=1
mov        | r32, Sreg              | o32 8C /r            |    |        | rm=0 reg=1
mov        | r64, Sreg              | 8C /r                | 64 |        | suf=q rm=0 reg=1
mov        | m16, Sreg              | 8C /r                |    |        | suf=w rm=0 reg=1
mov        | Sreg, r16              | 8E /r                |    |        | suf=w rm=1 reg=0
mov        | Sreg, r32              | 8E /r                |    |        | suf=l rm=1 reg=0
mov        | Sreg, r64              | 8E /r                | 64 |        | suf=q rm=1 reg=0
mov        | Sreg, m16              | 8E /r                |    |        | suf=w rm=1 reg=0
mov        | r32, cr                | 0F 20 /r             | 32 | 386    | suf=l rm=0 reg=1
mov        | r64, cr                | 0F 20 /r             | 64 | 386    | suf=q rm=0 reg=1
mov        | r32, dr                | 0F 21 /r             | 32 | 386    | suf=l rm=0 reg=1
mov        | r64, dr                | 0F 21 /r             | 64 | 386    | suf=q rm=0 reg=1
mov        | cr, r32                | 0F 22 /r             | 32 | 386    | suf=l rm=1 reg=0
mov        | cr, r64                | 0F 22 /r             | 64 | 386    | suf=q rm=1 reg=0
mov        | dr, r32                | 0F 23 /r             | 32 | 386    | suf=l rm=1 reg=0
mov        | dr, r64                | 0F 23 /r             | 64 | 386    | suf=q rm=1 reg=0
mov        | r32, tr                | 0F 24 /r             | 32 | 386    | suf=l rm=0 reg=1
mov        | tr, r32                | 0F 26 /r             | 32 | 386    | suf=l rm=1 reg=0
movabs     | AL, moffs8             | A0 mo                | 64 |        |
movabs     | AX, moffs16            | o16 A1 mo            | 64 |        |
movabs     | EAX, moffs32           | o32 A1 mo            | 64 |        |
movabs     | RAX, moffs64           | o64 A1 mo            | 64 |        |
movabs     | moffs8, AL             | A2 mo                | 64 |        |
movabs     | moffs16, AX            | o16 A3 mo            | 64 |        |
movabs     | moffs32, EAX           | o32 A3 mo            | 64 |        |
movabs     | moffs64, RAX           | o64 A3 mo            | 64 |        |
movabs     | r64, imm64             | o64 B8+ro io         | 64 |        |
# AT&T names of the extending moves: see mnemonics.ts for the suffixes
movsx      | r16, r/m8              | o16 0F BE /r         |    | 386    | suf=b
movsx      | r32, r/m8              | o32 0F BE /r         |    | 386    | suf=b
movsx      | r64, r/m8              | o64 0F BE /r         | 64 | 386    | suf=b
movsx      | r16, r/m16             | o16 0F BF /r         |    | 386    | suf=w
movsx      | r32, r/m16             | o32 0F BF /r         |    | 386    | suf=w
movsx      | r64, r/m16             | o64 0F BF /r         | 64 | 386    | suf=w
movsx      | r32, r/m32             | o32 63 /r            | 64 |        | suf=l
movsx      | r64, r/m32             | o64 63 /r            | 64 |        | suf=l
movzx      | r16, r/m8              | o16 0F B6 /r         |    | 386    | suf=b
movzx      | r32, r/m8              | o32 0F B6 /r         |    | 386    | suf=b
movzx      | r64, r/m8              | o64 0F B6 /r         | 64 | 386    | suf=b
movzx      | r16, r/m16             | o16 0F B7 /r         |    | 386    | suf=w
movzx      | r32, r/m16             | o32 0F B7 /r         |    | 386    | suf=w
movzx      | r64, r/m16             | o64 0F B7 /r         | 64 | 386    | suf=w
movsxd     | r16, m16               | o16 63 /r            | 64 |        | suf= ptr=4 noint64
movsxd     | r16, r32               | o16 63 /r            | 64 |        | suf= noint64
movsxd     | r16, r/m16             | o16 63 /r            | 64 |        | suf= intel64
movsxd     | r32, r/m32             | o32 63 /r            | 64 |        | suf=
movsxd     | r64, r/m32             | o64 63 /r            | 64 |        | suf=
# Push and pop
push       | r16                    | o16 50+rw            |    |        | ds d64
push       | r32                    | o32 50+rd            | 32 |        | ds d64
push       | r64                    | o64 50+ro            | 64 |        | ds d64
push       | m16                    | o16 FF /6            |    |        | ds d64
push       | m32                    | o32 FF /6            | 32 |        | ds d64
push       | m64                    | o64 FF /6            | 64 |        | ds d64
push       | imm8                   | o16 6A ib            |    | 186    | ds d64 sx
push       | imm8                   | o32 6A ib            | 32 | 186    | ds d64 sx
push       | imm8                   | o64 6A ib            | 64 | 186    | ds d64 sx
push       | imm16                  | o16 68 iw            |    | 186    | ds d64
push       | imm32                  | o32 68 id            | 32 | 186    | ds d64
push       | imm32                  | o64 68 id            | 64 | 186    | ds d64
push       | imm16                  | o32 68 iw            | 32 | 186    | ds code16gcc
push       | ES                     | o16 06               | 32 |        | ds
push       | ES                     | o32 06               | 32 |        | ds
push       | CS                     | o16 0E               | 32 |        | ds
push       | CS                     | o32 0E               | 32 |        | ds
push       | SS                     | o16 16               | 32 |        | ds
push       | SS                     | o32 16               | 32 |        | ds
push       | DS                     | o16 1E               | 32 |        | ds
push       | DS                     | o32 1E               | 32 |        | ds
push       | FS                     | o16 0F A0            |    | 386    | ds d64
push       | FS                     | o32 0F A0            | 32 | 386    | ds d64
push       | FS                     | o64 0F A0            | 64 | 386    | ds d64
push       | GS                     | o16 0F A8            |    | 386    | ds d64
push       | GS                     | o32 0F A8            | 32 | 386    | ds d64
push       | GS                     | o64 0F A8            | 64 | 386    | ds d64
pop        | r16                    | o16 58+rw            |    |        | ds d64
pop        | r32                    | o32 58+rd            | 32 |        | ds d64
pop        | r64                    | o64 58+ro            | 64 |        | ds d64
pop        | m16                    | o16 8F /0            |    |        | ds d64
pop        | m32                    | o32 8F /0            | 32 |        | ds d64
pop        | m64                    | o64 8F /0            | 64 |        | ds d64
pop        | ES                     | o16 07               | 32 |        | ds
pop        | ES                     | o32 07               | 32 |        | ds
pop        | SS                     | o16 17               | 32 |        | ds
pop        | SS                     | o32 17               | 32 |        | ds
pop        | DS                     | o16 1F               | 32 |        | ds
pop        | DS                     | o32 1F               | 32 |        | ds
pop        | FS                     | o16 0F A1            |    | 386    | ds d64
pop        | FS                     | o32 0F A1            | 32 | 386    | ds d64
pop        | FS                     | o64 0F A1            | 64 | 386    | ds d64
pop        | GS                     | o16 0F A9            |    | 386    | ds d64
pop        | GS                     | o32 0F A9            | 32 | 386    | ds d64
pop        | GS                     | o64 0F A9            | 64 | 386    | ds d64
pusha      |                        | o16 60               | 32 | 186    | ds
pusha      |                        | o32 60               | 32 | 186    | ds
popa       |                        | o16 61               | 32 | 186    | ds
popa       |                        | o32 61               | 32 | 186    | ds
pushf      |                        | o16 9C               |    |        | ds d64
pushf      |                        | o32 9C               | 32 |        | ds d64
pushf      |                        | o64 9C               | 64 |        | ds d64
popf       |                        | o16 9D               |    |        | ds d64
popf       |                        | o32 9D               | 32 |        | ds d64
popf       |                        | o64 9D               | 64 |        | ds d64
# Exchange
xchg       | EAX, EAX               | 87 C0                | 64 |        | suf=l
xchg       | RAX, RAX               | 90                   | 64 |        | suf=q
xchg       | r16, AX                | o16 90+rw            |    |        |
xchg       | r32, EAX               | o32 90+rd            |    |        |
xchg       | r64, RAX               | o64 90+ro            | 64 |        |
xchg       | AX, r16                | o16 90+rw            |    |        |
xchg       | EAX, r32               | o32 90+rd            |    |        |
xchg       | RAX, r64               | o64 90+ro            | 64 |        |
xchg       | r/m8, r8               | 86 /r                |    |        | lock hle-nolock swap
xchg       | r/m16, r16             | o16 87 /r            |    |        | lock hle-nolock swap
xchg       | r/m32, r32             | o32 87 /r            |    |        | lock hle-nolock swap
xchg       | r/m64, r64             | o64 87 /r            | 64 |        | lock hle-nolock swap
xchg       | r8, r/m8               | 86 /r                |    |        | lock hle-nolock swap
xchg       | r16, r/m16             | o16 87 /r            |    |        | lock hle-nolock swap
xchg       | r32, r/m32             | o32 87 /r            |    |        | lock hle-nolock swap
xchg       | r64, r/m64             | o64 87 /r            | 64 |        | lock hle-nolock swap
# Input and output
in         | AL, imm8               | E4 ib                |    |        |
in         | AX, imm8               | o16 E5 ib            |    |        |
in         | EAX, imm8              | o32 E5 ib            |    |        |
in         | AL, DX                 | EC                   |    |        |
in         | AX, DX                 | o16 ED               |    |        |
in         | EAX, DX                | o32 ED               |    |        |
in         | DX                     | EC                   |    |        | suf=b
in         | DX                     | o16 ED               |    |        | suf=w
in         | DX                     | o32 ED               |    |        | suf=l
in         | imm8                   | E4 ib                |    |        | suf=b
in         | imm8                   | o16 E5 ib            |    |        | suf=w
in         | imm8                   | o32 E5 ib            |    |        | suf=l
out        | imm8, AL               | E6 ib                |    |        |
out        | imm8, AX               | o16 E7 ib            |    |        |
out        | imm8, EAX              | o32 E7 ib            |    |        |
out        | DX, AL                 | EE                   |    |        |
out        | DX, AX                 | o16 EF               |    |        |
out        | DX, EAX                | o32 EF               |    |        |
out        | DX                     | EE                   |    |        | suf=b
out        | DX                     | o16 EF               |    |        | suf=w
out        | DX                     | o32 EF               |    |        | suf=l
out        | imm8                   | E6 ib                |    |        | suf=b
out        | imm8                   | o16 E7 ib            |    |        | suf=w
out        | imm8                   | o32 E7 ib            |    |        | suf=l
# Addresses and far pointers
lea        | r16, m                 | o16 8D /r            |    |        | nosize
lea        | r32, m                 | o32 8D /r            |    |        | nosize
lea        | r64, m                 | o64 8D /r            | 64 |        | nosize
lds        | r16, m16:16            | o16 C5 /r            | 32 |        |
lds        | r32, m16:32            | o32 C5 /r            | 32 |        |
les        | r16, m16:16            | o16 C4 /r            | 32 |        |
les        | r32, m16:32            | o32 C4 /r            | 32 |        |
lfs        | r16, m16:16            | o16 0F B4 /r         |    | 386    |
lfs        | r32, m16:32            | o32 0F B4 /r         |    | 386    |
lfs        | r64, m16:64            | o64 0F B4 /r         | 64 | 386    | intel64
lgs        | r16, m16:16            | o16 0F B5 /r         |    | 386    |
lgs        | r32, m16:32            | o32 0F B5 /r         |    | 386    |
lgs        | r64, m16:64            | o64 0F B5 /r         | 64 | 386    | intel64
lss        | r16, m16:16            | o16 0F B2 /r         |    | 386    |
lss        | r32, m16:32            | o32 0F B2 /r         |    | 386    |
lss        | r64, m16:64            | o64 0F B2 /r         | 64 | 386    | intel64
# Flags
clc        |                        | F8                   |    |        |
cld        |                        | FC                   |    |        |
cli        |                        | FA                   |    |        |
cmc        |                        | F5                   |    |        |
stc        |                        | F9                   |    |        |
std        |                        | FD                   |    |        |
sti        |                        | FB                   |    |        |
lahf       |                        | 9F                   |    |        |
sahf       |                        | 9E                   |    |        |
# Arithmetic and logic
add        | r/m8, r8               | 00 /r                |    |        | lock hle swap store
add        | r/m16, r16             | o16 01 /r            |    |        | lock hle swap store
add        | r/m32, r32             | o32 01 /r            |    |        | lock hle swap store
add        | r/m64, r64             | o64 01 /r            | 64 |        | lock hle swap store
add        | r8, r/m8               | 02 /r                |    |        | swap load
add        | r16, r/m16             | o16 03 /r            |    |        | swap load
add        | r32, r/m32             | o32 03 /r            |    |        | swap load
add        | r64, r/m64             | o64 03 /r            | 64 |        | swap load
add        | r/m16, imm8            | o16 83 /0 ib         |    |        | lock hle sx
add        | r/m32, imm8            | o32 83 /0 ib         |    |        | lock hle sx
add        | r/m64, imm8            | o64 83 /0 ib         | 64 |        | lock hle sx
add        | AL, imm8               | 04 ib                |    |        |
add        | AX, imm16              | o16 05 iw            |    |        |
add        | EAX, imm32             | o32 05 id            |    |        |
add        | RAX, imm32             | o64 05 id            | 64 |        |
add        | r/m8, imm8             | 80 /0 ib             |    |        | lock hle
add        | r/m16, imm16           | o16 81 /0 iw         |    |        | lock hle
add        | r/m32, imm32           | o32 81 /0 id         |    |        | lock hle
add        | r/m64, imm32           | o64 81 /0 id         | 64 |        | lock hle
or         | r/m8, r8               | 08 /r                |    |        | lock hle swap store
or         | r/m16, r16             | o16 09 /r            |    |        | lock hle swap store
or         | r/m32, r32             | o32 09 /r            |    |        | lock hle swap store
or         | r/m64, r64             | o64 09 /r            | 64 |        | lock hle swap store
or         | r8, r/m8               | 0A /r                |    |        | swap load
or         | r16, r/m16             | o16 0B /r            |    |        | swap load
or         | r32, r/m32             | o32 0B /r            |    |        | swap load
or         | r64, r/m64             | o64 0B /r            | 64 |        | swap load
or         | r/m16, imm8            | o16 83 /1 ib         |    |        | lock hle sx
or         | r/m32, imm8            | o32 83 /1 ib         |    |        | lock hle sx
or         | r/m64, imm8            | o64 83 /1 ib         | 64 |        | lock hle sx
or         | AL, imm8               | 0C ib                |    |        |
or         | AX, imm16              | o16 0D iw            |    |        |
or         | EAX, imm32             | o32 0D id            |    |        |
or         | RAX, imm32             | o64 0D id            | 64 |        |
or         | r/m8, imm8             | 80 /1 ib             |    |        | lock hle
or         | r/m16, imm16           | o16 81 /1 iw         |    |        | lock hle
or         | r/m32, imm32           | o32 81 /1 id         |    |        | lock hle
or         | r/m64, imm32           | o64 81 /1 id         | 64 |        | lock hle
adc        | r/m8, r8               | 10 /r                |    |        | lock hle swap store
adc        | r/m16, r16             | o16 11 /r            |    |        | lock hle swap store
adc        | r/m32, r32             | o32 11 /r            |    |        | lock hle swap store
adc        | r/m64, r64             | o64 11 /r            | 64 |        | lock hle swap store
adc        | r8, r/m8               | 12 /r                |    |        | swap load
adc        | r16, r/m16             | o16 13 /r            |    |        | swap load
adc        | r32, r/m32             | o32 13 /r            |    |        | swap load
adc        | r64, r/m64             | o64 13 /r            | 64 |        | swap load
adc        | r/m16, imm8            | o16 83 /2 ib         |    |        | lock hle sx
adc        | r/m32, imm8            | o32 83 /2 ib         |    |        | lock hle sx
adc        | r/m64, imm8            | o64 83 /2 ib         | 64 |        | lock hle sx
adc        | AL, imm8               | 14 ib                |    |        |
adc        | AX, imm16              | o16 15 iw            |    |        |
adc        | EAX, imm32             | o32 15 id            |    |        |
adc        | RAX, imm32             | o64 15 id            | 64 |        |
adc        | r/m8, imm8             | 80 /2 ib             |    |        | lock hle
adc        | r/m16, imm16           | o16 81 /2 iw         |    |        | lock hle
adc        | r/m32, imm32           | o32 81 /2 id         |    |        | lock hle
adc        | r/m64, imm32           | o64 81 /2 id         | 64 |        | lock hle
sbb        | r/m8, r8               | 18 /r                |    |        | lock hle swap store
sbb        | r/m16, r16             | o16 19 /r            |    |        | lock hle swap store
sbb        | r/m32, r32             | o32 19 /r            |    |        | lock hle swap store
sbb        | r/m64, r64             | o64 19 /r            | 64 |        | lock hle swap store
sbb        | r8, r/m8               | 1A /r                |    |        | swap load
sbb        | r16, r/m16             | o16 1B /r            |    |        | swap load
sbb        | r32, r/m32             | o32 1B /r            |    |        | swap load
sbb        | r64, r/m64             | o64 1B /r            | 64 |        | swap load
sbb        | r/m16, imm8            | o16 83 /3 ib         |    |        | lock hle sx
sbb        | r/m32, imm8            | o32 83 /3 ib         |    |        | lock hle sx
sbb        | r/m64, imm8            | o64 83 /3 ib         | 64 |        | lock hle sx
sbb        | AL, imm8               | 1C ib                |    |        |
sbb        | AX, imm16              | o16 1D iw            |    |        |
sbb        | EAX, imm32             | o32 1D id            |    |        |
sbb        | RAX, imm32             | o64 1D id            | 64 |        |
sbb        | r/m8, imm8             | 80 /3 ib             |    |        | lock hle
sbb        | r/m16, imm16           | o16 81 /3 iw         |    |        | lock hle
sbb        | r/m32, imm32           | o32 81 /3 id         |    |        | lock hle
sbb        | r/m64, imm32           | o64 81 /3 id         | 64 |        | lock hle
and        | r/m8, r8               | 20 /r                |    |        | lock hle swap store
and        | r/m16, r16             | o16 21 /r            |    |        | lock hle swap store
and        | r/m32, r32             | o32 21 /r            |    |        | lock hle swap store
and        | r/m64, r64             | o64 21 /r            | 64 |        | lock hle swap store
and        | r8, r/m8               | 22 /r                |    |        | swap load
and        | r16, r/m16             | o16 23 /r            |    |        | swap load
and        | r32, r/m32             | o32 23 /r            |    |        | swap load
and        | r64, r/m64             | o64 23 /r            | 64 |        | swap load
and        | r/m16, imm8            | o16 83 /4 ib         |    |        | lock hle sx
and        | r/m32, imm8            | o32 83 /4 ib         |    |        | lock hle sx
and        | r/m64, imm8            | o64 83 /4 ib         | 64 |        | lock hle sx
and        | AL, imm8               | 24 ib                |    |        |
and        | AX, imm16              | o16 25 iw            |    |        |
and        | EAX, imm32             | o32 25 id            |    |        |
and        | RAX, imm32             | o64 25 id            | 64 |        |
and        | r/m8, imm8             | 80 /4 ib             |    |        | lock hle
and        | r/m16, imm16           | o16 81 /4 iw         |    |        | lock hle
and        | r/m32, imm32           | o32 81 /4 id         |    |        | lock hle
and        | r/m64, imm32           | o64 81 /4 id         | 64 |        | lock hle
sub        | r/m8, r8               | 28 /r                |    |        | lock hle swap store
sub        | r/m16, r16             | o16 29 /r            |    |        | lock hle swap store
sub        | r/m32, r32             | o32 29 /r            |    |        | lock hle swap store
sub        | r/m64, r64             | o64 29 /r            | 64 |        | lock hle swap store
sub        | r8, r/m8               | 2A /r                |    |        | swap load
sub        | r16, r/m16             | o16 2B /r            |    |        | swap load
sub        | r32, r/m32             | o32 2B /r            |    |        | swap load
sub        | r64, r/m64             | o64 2B /r            | 64 |        | swap load
sub        | r/m16, imm8            | o16 83 /5 ib         |    |        | lock hle sx
sub        | r/m32, imm8            | o32 83 /5 ib         |    |        | lock hle sx
sub        | r/m64, imm8            | o64 83 /5 ib         | 64 |        | lock hle sx
sub        | AL, imm8               | 2C ib                |    |        |
sub        | AX, imm16              | o16 2D iw            |    |        |
sub        | EAX, imm32             | o32 2D id            |    |        |
sub        | RAX, imm32             | o64 2D id            | 64 |        |
sub        | r/m8, imm8             | 80 /5 ib             |    |        | lock hle
sub        | r/m16, imm16           | o16 81 /5 iw         |    |        | lock hle
sub        | r/m32, imm32           | o32 81 /5 id         |    |        | lock hle
sub        | r/m64, imm32           | o64 81 /5 id         | 64 |        | lock hle
clr        | r8                     | 30 /r                |    |        | reg=0 rm=0
clr        | r16                    | o16 31 /r            |    |        | reg=0 rm=0
clr        | r32                    | o32 31 /r            |    |        | reg=0 rm=0
clr        | r64                    | o64 31 /r            | 64 |        | reg=0 rm=0
xor        | r/m8, r8               | 30 /r                |    |        | lock hle swap store
xor        | r/m16, r16             | o16 31 /r            |    |        | lock hle swap store
xor        | r/m32, r32             | o32 31 /r            |    |        | lock hle swap store
xor        | r/m64, r64             | o64 31 /r            | 64 |        | lock hle swap store
xor        | r8, r/m8               | 32 /r                |    |        | swap load
xor        | r16, r/m16             | o16 33 /r            |    |        | swap load
xor        | r32, r/m32             | o32 33 /r            |    |        | swap load
xor        | r64, r/m64             | o64 33 /r            | 64 |        | swap load
xor        | r/m16, imm8            | o16 83 /6 ib         |    |        | lock hle sx
xor        | r/m32, imm8            | o32 83 /6 ib         |    |        | lock hle sx
xor        | r/m64, imm8            | o64 83 /6 ib         | 64 |        | lock hle sx
xor        | AL, imm8               | 34 ib                |    |        |
xor        | AX, imm16              | o16 35 iw            |    |        |
xor        | EAX, imm32             | o32 35 id            |    |        |
xor        | RAX, imm32             | o64 35 id            | 64 |        |
xor        | r/m8, imm8             | 80 /6 ib             |    |        | lock hle
xor        | r/m16, imm16           | o16 81 /6 iw         |    |        | lock hle
xor        | r/m32, imm32           | o32 81 /6 id         |    |        | lock hle
xor        | r/m64, imm32           | o64 81 /6 id         | 64 |        | lock hle
cmp        | r/m8, r8               | 38 /r                |    |        | swap store
cmp        | r/m16, r16             | o16 39 /r            |    |        | swap store
cmp        | r/m32, r32             | o32 39 /r            |    |        | swap store
cmp        | r/m64, r64             | o64 39 /r            | 64 |        | swap store
cmp        | r8, r/m8               | 3A /r                |    |        | swap load
cmp        | r16, r/m16             | o16 3B /r            |    |        | swap load
cmp        | r32, r/m32             | o32 3B /r            |    |        | swap load
cmp        | r64, r/m64             | o64 3B /r            | 64 |        | swap load
cmp        | r/m16, imm8            | o16 83 /7 ib         |    |        | sx
cmp        | r/m32, imm8            | o32 83 /7 ib         |    |        | sx
cmp        | r/m64, imm8            | o64 83 /7 ib         | 64 |        | sx
cmp        | AL, imm8               | 3C ib                |    |        |
cmp        | AX, imm16              | o16 3D iw            |    |        |
cmp        | EAX, imm32             | o32 3D id            |    |        |
cmp        | RAX, imm32             | o64 3D id            | 64 |        |
cmp        | r/m8, imm8             | 80 /7 ib             |    |        |
cmp        | r/m16, imm16           | o16 81 /7 iw         |    |        |
cmp        | r/m32, imm32           | o32 81 /7 id         |    |        |
cmp        | r/m64, imm32           | o64 81 /7 id         | 64 |        |
inc        | r16                    | o16 40+rw            | 32 |        |
inc        | r32                    | o32 40+rd            | 32 |        |
inc        | r/m8                   | FE /0                |    |        | lock hle
inc        | r/m16                  | o16 FF /0            |    |        | lock hle
inc        | r/m32                  | o32 FF /0            |    |        | lock hle
inc        | r/m64                  | o64 FF /0            | 64 |        | lock hle
dec        | r16                    | o16 48+rw            | 32 |        |
dec        | r32                    | o32 48+rd            | 32 |        |
dec        | r/m8                   | FE /1                |    |        | lock hle
dec        | r/m16                  | o16 FF /1            |    |        | lock hle
dec        | r/m32                  | o32 FF /1            |    |        | lock hle
dec        | r/m64                  | o64 FF /1            | 64 |        | lock hle
not        | r/m8                   | F6 /2                |    |        | lock hle
not        | r/m16                  | o16 F7 /2            |    |        | lock hle
not        | r/m32                  | o32 F7 /2            |    |        | lock hle
not        | r/m64                  | o64 F7 /2            | 64 |        | lock hle
neg        | r/m8                   | F6 /3                |    |        | lock hle
neg        | r/m16                  | o16 F7 /3            |    |        | lock hle
neg        | r/m32                  | o32 F7 /3            |    |        | lock hle
neg        | r/m64                  | o64 F7 /3            | 64 |        | lock hle
mul        | r/m8                   | F6 /4                |    |        |
mul        | r/m16                  | o16 F7 /4            |    |        |
mul        | r/m32                  | o32 F7 /4            |    |        |
mul        | r/m64                  | o64 F7 /4            | 64 |        |
div        | r/m8                   | F6 /6                |    |        |
div        | r/m16                  | o16 F7 /6            |    |        |
div        | r/m32                  | o32 F7 /6            |    |        |
div        | r/m64                  | o64 F7 /6            | 64 |        |
div        | AL, r/m8               | F6 /6                |    |        |
div        | AX, r/m16              | o16 F7 /6            |    |        |
div        | EAX, r/m32             | o32 F7 /6            |    |        |
div        | RAX, r/m64             | o64 F7 /6            | 64 |        |
idiv       | r/m8                   | F6 /7                |    |        |
idiv       | r/m16                  | o16 F7 /7            |    |        |
idiv       | r/m32                  | o32 F7 /7            |    |        |
idiv       | r/m64                  | o64 F7 /7            | 64 |        |
idiv       | AL, r/m8               | F6 /7                |    |        |
idiv       | AX, r/m16              | o16 F7 /7            |    |        |
idiv       | EAX, r/m32             | o32 F7 /7            |    |        |
idiv       | RAX, r/m64             | o64 F7 /7            | 64 |        |
imul       | r/m8                   | F6 /5                |    |        |
imul       | r/m16                  | o16 F7 /5            |    |        |
imul       | r/m32                  | o32 F7 /5            |    |        |
imul       | r/m64                  | o64 F7 /5            | 64 |        |
imul       | r16, r/m16             | o16 0F AF /r         |    | 386    |
imul       | r32, r/m32             | o32 0F AF /r         |    | 386    |
imul       | r64, r/m64             | o64 0F AF /r         | 64 | 386    |
imul       | r16, r/m16, imm8       | o16 6B /r ib         |    | 186    | sx
imul       | r32, r/m32, imm8       | o32 6B /r ib         |    | 186    | sx
imul       | r64, r/m64, imm8       | o64 6B /r ib         | 64 | 186    | sx
imul       | r16, r/m16, imm16      | o16 69 /r iw         |    | 186    |
imul       | r32, r/m32, imm32      | o32 69 /r id         |    | 186    |
imul       | r64, r/m64, imm32      | o64 69 /r id         | 64 | 186    |
imul       | r16, imm8              | o16 6B /r ib         |    | 186    | sx rm=0 reg=0
imul       | r32, imm8              | o32 6B /r ib         |    | 186    | sx rm=0 reg=0
imul       | r64, imm8              | o64 6B /r ib         | 64 | 186    | sx rm=0 reg=0
imul       | r16, imm16             | o16 69 /r iw         |    | 186    | rm=0 reg=0
imul       | r32, imm32             | o32 69 /r id         |    | 186    | rm=0 reg=0
imul       | r64, imm32             | o64 69 /r id         | 64 | 186    | rm=0 reg=0
test       | r/m8, r8               | 84 /r                |    |        | swap store
test       | r/m16, r16             | o16 85 /r            |    |        | swap store
test       | r/m32, r32             | o32 85 /r            |    |        | swap store
test       | r/m64, r64             | o64 85 /r            | 64 |        | swap store
test       | r8, r/m8               | 84 /r                |    |        | swap load
test       | r16, r/m16             | o16 85 /r            |    |        | swap load
test       | r32, r/m32             | o32 85 /r            |    |        | swap load
test       | r64, r/m64             | o64 85 /r            | 64 |        | swap load
test       | AL, imm8               | A8 ib                |    |        |
test       | AX, imm16              | o16 A9 iw            |    |        |
test       | EAX, imm32             | o32 A9 id            |    |        |
test       | RAX, imm32             | o64 A9 id            | 64 |        |
test       | r/m8, imm8             | F6 /0 ib             |    |        |
test       | r/m16, imm16           | o16 F7 /0 iw         |    |        |
test       | r/m32, imm32           | o32 F7 /0 id         |    |        |
test       | r/m64, imm32           | o64 F7 /0 id         | 64 |        |
# Conversion (gas has the AT&T and the Intel names)
cbtw       |                        | o16 98               |    |        | suf=
cbw        |                        | o16 98               |    |        | suf=
cwtl       |                        | o32 98               |    | 386    | suf=
cwde       |                        | o32 98               |    | 386    | suf=
cltq       |                        | o64 98               | 64 |        | suf=
cdqe       |                        | o64 98               | 64 |        | suf=
cwtd       |                        | o16 99               |    |        | suf=
cwd        |                        | o16 99               |    |        | suf=
cltd       |                        | o32 99               |    | 386    | suf=
cdq        |                        | o32 99               |    | 386    | suf=
cqto       |                        | o64 99               | 64 |        | suf=
cqo        |                        | o64 99               | 64 |        | suf=
# Decimal
aaa        |                        | 37                   | 32 |        |
aas        |                        | 3F                   | 32 |        |
daa        |                        | 27                   | 32 |        |
das        |                        | 2F                   | 32 |        |
aad        |                        | D5 0A                | 32 |        |
aad        | imm8                   | D5 ib                | 32 |        |
aam        |                        | D4 0A                | 32 |        |
aam        | imm8                   | D4 ib                | 32 |        |
# Shifts and rotations
rol        | r/m8, 1                | D0 /0                |    |        |
rol        | r/m16, 1               | o16 D1 /0            |    |        |
rol        | r/m32, 1               | o32 D1 /0            |    |        |
rol        | r/m64, 1               | o64 D1 /0            | 64 |        |
rol        | r/m8, imm8             | C0 /0 ib             |    | 186    |
rol        | r/m16, imm8            | o16 C1 /0 ib         |    | 186    |
rol        | r/m32, imm8            | o32 C1 /0 ib         |    | 186    |
rol        | r/m64, imm8            | o64 C1 /0 ib         | 64 | 186    |
rol        | r/m8, CL               | D2 /0                |    |        |
rol        | r/m16, CL              | o16 D3 /0            |    |        |
rol        | r/m32, CL              | o32 D3 /0            |    |        |
rol        | r/m64, CL              | o64 D3 /0            | 64 |        |
rol        | r/m8                   | D0 /0                |    |        |
rol        | r/m16                  | o16 D1 /0            |    |        |
rol        | r/m32                  | o32 D1 /0            |    |        |
rol        | r/m64                  | o64 D1 /0            | 64 |        |
ror        | r/m8, 1                | D0 /1                |    |        |
ror        | r/m16, 1               | o16 D1 /1            |    |        |
ror        | r/m32, 1               | o32 D1 /1            |    |        |
ror        | r/m64, 1               | o64 D1 /1            | 64 |        |
ror        | r/m8, imm8             | C0 /1 ib             |    | 186    |
ror        | r/m16, imm8            | o16 C1 /1 ib         |    | 186    |
ror        | r/m32, imm8            | o32 C1 /1 ib         |    | 186    |
ror        | r/m64, imm8            | o64 C1 /1 ib         | 64 | 186    |
ror        | r/m8, CL               | D2 /1                |    |        |
ror        | r/m16, CL              | o16 D3 /1            |    |        |
ror        | r/m32, CL              | o32 D3 /1            |    |        |
ror        | r/m64, CL              | o64 D3 /1            | 64 |        |
ror        | r/m8                   | D0 /1                |    |        |
ror        | r/m16                  | o16 D1 /1            |    |        |
ror        | r/m32                  | o32 D1 /1            |    |        |
ror        | r/m64                  | o64 D1 /1            | 64 |        |
rcl        | r/m8, 1                | D0 /2                |    |        |
rcl        | r/m16, 1               | o16 D1 /2            |    |        |
rcl        | r/m32, 1               | o32 D1 /2            |    |        |
rcl        | r/m64, 1               | o64 D1 /2            | 64 |        |
rcl        | r/m8, imm8             | C0 /2 ib             |    | 186    |
rcl        | r/m16, imm8            | o16 C1 /2 ib         |    | 186    |
rcl        | r/m32, imm8            | o32 C1 /2 ib         |    | 186    |
rcl        | r/m64, imm8            | o64 C1 /2 ib         | 64 | 186    |
rcl        | r/m8, CL               | D2 /2                |    |        |
rcl        | r/m16, CL              | o16 D3 /2            |    |        |
rcl        | r/m32, CL              | o32 D3 /2            |    |        |
rcl        | r/m64, CL              | o64 D3 /2            | 64 |        |
rcl        | r/m8                   | D0 /2                |    |        |
rcl        | r/m16                  | o16 D1 /2            |    |        |
rcl        | r/m32                  | o32 D1 /2            |    |        |
rcl        | r/m64                  | o64 D1 /2            | 64 |        |
rcr        | r/m8, 1                | D0 /3                |    |        |
rcr        | r/m16, 1               | o16 D1 /3            |    |        |
rcr        | r/m32, 1               | o32 D1 /3            |    |        |
rcr        | r/m64, 1               | o64 D1 /3            | 64 |        |
rcr        | r/m8, imm8             | C0 /3 ib             |    | 186    |
rcr        | r/m16, imm8            | o16 C1 /3 ib         |    | 186    |
rcr        | r/m32, imm8            | o32 C1 /3 ib         |    | 186    |
rcr        | r/m64, imm8            | o64 C1 /3 ib         | 64 | 186    |
rcr        | r/m8, CL               | D2 /3                |    |        |
rcr        | r/m16, CL              | o16 D3 /3            |    |        |
rcr        | r/m32, CL              | o32 D3 /3            |    |        |
rcr        | r/m64, CL              | o64 D3 /3            | 64 |        |
rcr        | r/m8                   | D0 /3                |    |        |
rcr        | r/m16                  | o16 D1 /3            |    |        |
rcr        | r/m32                  | o32 D1 /3            |    |        |
rcr        | r/m64                  | o64 D1 /3            | 64 |        |
sal        | r/m8, 1                | D0 /4                |    |        |
sal        | r/m16, 1               | o16 D1 /4            |    |        |
sal        | r/m32, 1               | o32 D1 /4            |    |        |
sal        | r/m64, 1               | o64 D1 /4            | 64 |        |
sal        | r/m8, imm8             | C0 /4 ib             |    | 186    |
sal        | r/m16, imm8            | o16 C1 /4 ib         |    | 186    |
sal        | r/m32, imm8            | o32 C1 /4 ib         |    | 186    |
sal        | r/m64, imm8            | o64 C1 /4 ib         | 64 | 186    |
sal        | r/m8, CL               | D2 /4                |    |        |
sal        | r/m16, CL              | o16 D3 /4            |    |        |
sal        | r/m32, CL              | o32 D3 /4            |    |        |
sal        | r/m64, CL              | o64 D3 /4            | 64 |        |
sal        | r/m8                   | D0 /4                |    |        |
sal        | r/m16                  | o16 D1 /4            |    |        |
sal        | r/m32                  | o32 D1 /4            |    |        |
sal        | r/m64                  | o64 D1 /4            | 64 |        |
shl        | r/m8, 1                | D0 /4                |    |        |
shl        | r/m16, 1               | o16 D1 /4            |    |        |
shl        | r/m32, 1               | o32 D1 /4            |    |        |
shl        | r/m64, 1               | o64 D1 /4            | 64 |        |
shl        | r/m8, imm8             | C0 /4 ib             |    | 186    |
shl        | r/m16, imm8            | o16 C1 /4 ib         |    | 186    |
shl        | r/m32, imm8            | o32 C1 /4 ib         |    | 186    |
shl        | r/m64, imm8            | o64 C1 /4 ib         | 64 | 186    |
shl        | r/m8, CL               | D2 /4                |    |        |
shl        | r/m16, CL              | o16 D3 /4            |    |        |
shl        | r/m32, CL              | o32 D3 /4            |    |        |
shl        | r/m64, CL              | o64 D3 /4            | 64 |        |
shl        | r/m8                   | D0 /4                |    |        |
shl        | r/m16                  | o16 D1 /4            |    |        |
shl        | r/m32                  | o32 D1 /4            |    |        |
shl        | r/m64                  | o64 D1 /4            | 64 |        |
shr        | r/m8, 1                | D0 /5                |    |        |
shr        | r/m16, 1               | o16 D1 /5            |    |        |
shr        | r/m32, 1               | o32 D1 /5            |    |        |
shr        | r/m64, 1               | o64 D1 /5            | 64 |        |
shr        | r/m8, imm8             | C0 /5 ib             |    | 186    |
shr        | r/m16, imm8            | o16 C1 /5 ib         |    | 186    |
shr        | r/m32, imm8            | o32 C1 /5 ib         |    | 186    |
shr        | r/m64, imm8            | o64 C1 /5 ib         | 64 | 186    |
shr        | r/m8, CL               | D2 /5                |    |        |
shr        | r/m16, CL              | o16 D3 /5            |    |        |
shr        | r/m32, CL              | o32 D3 /5            |    |        |
shr        | r/m64, CL              | o64 D3 /5            | 64 |        |
shr        | r/m8                   | D0 /5                |    |        |
shr        | r/m16                  | o16 D1 /5            |    |        |
shr        | r/m32                  | o32 D1 /5            |    |        |
shr        | r/m64                  | o64 D1 /5            | 64 |        |
sar        | r/m8, 1                | D0 /7                |    |        |
sar        | r/m16, 1               | o16 D1 /7            |    |        |
sar        | r/m32, 1               | o32 D1 /7            |    |        |
sar        | r/m64, 1               | o64 D1 /7            | 64 |        |
sar        | r/m8, imm8             | C0 /7 ib             |    | 186    |
sar        | r/m16, imm8            | o16 C1 /7 ib         |    | 186    |
sar        | r/m32, imm8            | o32 C1 /7 ib         |    | 186    |
sar        | r/m64, imm8            | o64 C1 /7 ib         | 64 | 186    |
sar        | r/m8, CL               | D2 /7                |    |        |
sar        | r/m16, CL              | o16 D3 /7            |    |        |
sar        | r/m32, CL              | o32 D3 /7            |    |        |
sar        | r/m64, CL              | o64 D3 /7            | 64 |        |
sar        | r/m8                   | D0 /7                |    |        |
sar        | r/m16                  | o16 D1 /7            |    |        |
sar        | r/m32                  | o32 D1 /7            |    |        |
sar        | r/m64                  | o64 D1 /7            | 64 |        |
shld       | r/m16, r16, imm8       | o16 0F A4 /r ib      |    | 386    |
shld       | r/m32, r32, imm8       | o32 0F A4 /r ib      |    | 386    |
shld       | r/m64, r64, imm8       | o64 0F A4 /r ib      | 64 | 386    |
shld       | r/m16, r16, CL         | o16 0F A5 /r         |    | 386    |
shld       | r/m32, r32, CL         | o32 0F A5 /r         |    | 386    |
shld       | r/m64, r64, CL         | o64 0F A5 /r         | 64 | 386    |
shld       | r/m16, r16             | o16 0F A5 /r         |    | 386    |
shld       | r/m32, r32             | o32 0F A5 /r         |    | 386    |
shld       | r/m64, r64             | o64 0F A5 /r         | 64 | 386    |
shrd       | r/m16, r16, imm8       | o16 0F AC /r ib      |    | 386    |
shrd       | r/m32, r32, imm8       | o32 0F AC /r ib      |    | 386    |
shrd       | r/m64, r64, imm8       | o64 0F AC /r ib      | 64 | 386    |
shrd       | r/m16, r16, CL         | o16 0F AD /r         |    | 386    |
shrd       | r/m32, r32, CL         | o32 0F AD /r         |    | 386    |
shrd       | r/m64, r64, CL         | o64 0F AD /r         | 64 | 386    |
shrd       | r/m16, r16             | o16 0F AD /r         |    | 386    |
shrd       | r/m32, r32             | o32 0F AD /r         |    | 386    |
shrd       | r/m64, r64             | o64 0F AD /r         | 64 | 386    |
# Bits
bt         | r/m16, r16             | o16 0F A3 /r         |    | 386    |
bt         | r/m32, r32             | o32 0F A3 /r         |    | 386    |
bt         | r/m64, r64             | o64 0F A3 /r         | 64 | 386    |
bt         | r/m16, imm8            | o16 0F BA /4 ib      |    | 386    |
bt         | r/m32, imm8            | o32 0F BA /4 ib      |    | 386    |
bt         | r/m64, imm8            | o64 0F BA /4 ib      | 64 | 386    |
bts        | r/m16, r16             | o16 0F AB /r         |    | 386    | lock hle
bts        | r/m32, r32             | o32 0F AB /r         |    | 386    | lock hle
bts        | r/m64, r64             | o64 0F AB /r         | 64 | 386    | lock hle
bts        | r/m16, imm8            | o16 0F BA /5 ib      |    | 386    | lock hle
bts        | r/m32, imm8            | o32 0F BA /5 ib      |    | 386    | lock hle
bts        | r/m64, imm8            | o64 0F BA /5 ib      | 64 | 386    | lock hle
btr        | r/m16, r16             | o16 0F B3 /r         |    | 386    | lock hle
btr        | r/m32, r32             | o32 0F B3 /r         |    | 386    | lock hle
btr        | r/m64, r64             | o64 0F B3 /r         | 64 | 386    | lock hle
btr        | r/m16, imm8            | o16 0F BA /6 ib      |    | 386    | lock hle
btr        | r/m32, imm8            | o32 0F BA /6 ib      |    | 386    | lock hle
btr        | r/m64, imm8            | o64 0F BA /6 ib      | 64 | 386    | lock hle
btc        | r/m16, r16             | o16 0F BB /r         |    | 386    | lock hle
btc        | r/m32, r32             | o32 0F BB /r         |    | 386    | lock hle
btc        | r/m64, r64             | o64 0F BB /r         | 64 | 386    | lock hle
btc        | r/m16, imm8            | o16 0F BA /7 ib      |    | 386    | lock hle
btc        | r/m32, imm8            | o32 0F BA /7 ib      |    | 386    | lock hle
btc        | r/m64, imm8            | o64 0F BA /7 ib      | 64 | 386    | lock hle
bsf        | r16, r/m16             | o16 0F BC /r         |    | 386    | rep
bsf        | r32, r/m32             | o32 0F BC /r         |    | 386    | rep
bsf        | r64, r/m64             | o64 0F BC /r         | 64 | 386    | rep
bsr        | r16, r/m16             | o16 0F BD /r         |    | 386    | rep
bsr        | r32, r/m32             | o32 0F BD /r         |    | 386    | rep
bsr        | r64, r/m64             | o64 0F BD /r         | 64 | 386    | rep
tzcnt      | r16, r/m16             | o16 F3 0F BC /r      |    | bmi    |
tzcnt      | r32, r/m32             | o32 F3 0F BC /r      |    | bmi    |
tzcnt      | r64, r/m64             | o64 F3 0F BC /r      | 64 | bmi    |
lzcnt      | r16, r/m16             | o16 F3 0F BD /r      |    | lzcnt  |
lzcnt      | r32, r/m32             | o32 F3 0F BD /r      |    | lzcnt  |
lzcnt      | r64, r/m64             | o64 F3 0F BD /r      | 64 | lzcnt  |
popcnt     | r16, r/m16             | o16 F3 0F B8 /r      |    | popcnt |
popcnt     | r32, r/m32             | o32 F3 0F B8 /r      |    | popcnt |
popcnt     | r64, r/m64             | o64 F3 0F B8 /r      | 64 | popcnt |
bswap      | r32                    | o32 0F C8+rd         |    | 486    |
bswap      | r64                    | o64 0F C8+ro         | 64 | 486    |
# Atomic
xadd       | r/m8, r8               | 0F C0 /r             |    | 486    | lock hle
xadd       | r/m16, r16             | o16 0F C1 /r         |    | 486    | lock hle
xadd       | r/m32, r32             | o32 0F C1 /r         |    | 486    | lock hle
xadd       | r/m64, r64             | o64 0F C1 /r         | 64 | 486    | lock hle
cmpxchg    | r/m8, r8               | 0F B0 /r             |    | 486    | lock hle
cmpxchg    | r/m16, r16             | o16 0F B1 /r         |    | 486    | lock hle
cmpxchg    | r/m32, r32             | o32 0F B1 /r         |    | 486    | lock hle
cmpxchg    | r/m64, r64             | o64 0F B1 /r         | 64 | 486    | lock hle
cmpxchg8b  | m64                    | 0F C7 /1             |    | 586    | lock hle suf=q
cmpxchg16b | m128                   | o64 0F C7 /1         | 64 | cx16   | lock hle suf=
# Conditions
seto       | r/m8                   | 0F 90 /0             |    | 386    |
setno      | r/m8                   | 0F 91 /0             |    | 386    |
setb       | r/m8                   | 0F 92 /0             |    | 386    |
setc       | r/m8                   | 0F 92 /0             |    | 386    |
setnae     | r/m8                   | 0F 92 /0             |    | 386    |
setnb      | r/m8                   | 0F 93 /0             |    | 386    |
setae      | r/m8                   | 0F 93 /0             |    | 386    |
setnc      | r/m8                   | 0F 93 /0             |    | 386    |
sete       | r/m8                   | 0F 94 /0             |    | 386    |
setz       | r/m8                   | 0F 94 /0             |    | 386    |
setne      | r/m8                   | 0F 95 /0             |    | 386    |
setnz      | r/m8                   | 0F 95 /0             |    | 386    |
setbe      | r/m8                   | 0F 96 /0             |    | 386    |
setna      | r/m8                   | 0F 96 /0             |    | 386    |
setnbe     | r/m8                   | 0F 97 /0             |    | 386    |
seta       | r/m8                   | 0F 97 /0             |    | 386    |
sets       | r/m8                   | 0F 98 /0             |    | 386    |
setns      | r/m8                   | 0F 99 /0             |    | 386    |
setp       | r/m8                   | 0F 9A /0             |    | 386    |
setpe      | r/m8                   | 0F 9A /0             |    | 386    |
setnp      | r/m8                   | 0F 9B /0             |    | 386    |
setpo      | r/m8                   | 0F 9B /0             |    | 386    |
setl       | r/m8                   | 0F 9C /0             |    | 386    |
setnge     | r/m8                   | 0F 9C /0             |    | 386    |
setnl      | r/m8                   | 0F 9D /0             |    | 386    |
setge      | r/m8                   | 0F 9D /0             |    | 386    |
setle      | r/m8                   | 0F 9E /0             |    | 386    |
setng      | r/m8                   | 0F 9E /0             |    | 386    |
setnle     | r/m8                   | 0F 9F /0             |    | 386    |
setg       | r/m8                   | 0F 9F /0             |    | 386    |
cmovo      | r16, r/m16             | o16 0F 40 /r         |    | cmov   |
cmovo      | r32, r/m32             | o32 0F 40 /r         |    | cmov   |
cmovo      | r64, r/m64             | o64 0F 40 /r         | 64 | cmov   |
cmovno     | r16, r/m16             | o16 0F 41 /r         |    | cmov   |
cmovno     | r32, r/m32             | o32 0F 41 /r         |    | cmov   |
cmovno     | r64, r/m64             | o64 0F 41 /r         | 64 | cmov   |
cmovb      | r16, r/m16             | o16 0F 42 /r         |    | cmov   |
cmovb      | r32, r/m32             | o32 0F 42 /r         |    | cmov   |
cmovb      | r64, r/m64             | o64 0F 42 /r         | 64 | cmov   |
cmovc      | r16, r/m16             | o16 0F 42 /r         |    | cmov   |
cmovc      | r32, r/m32             | o32 0F 42 /r         |    | cmov   |
cmovc      | r64, r/m64             | o64 0F 42 /r         | 64 | cmov   |
cmovnae    | r16, r/m16             | o16 0F 42 /r         |    | cmov   |
cmovnae    | r32, r/m32             | o32 0F 42 /r         |    | cmov   |
cmovnae    | r64, r/m64             | o64 0F 42 /r         | 64 | cmov   |
cmovnb     | r16, r/m16             | o16 0F 43 /r         |    | cmov   |
cmovnb     | r32, r/m32             | o32 0F 43 /r         |    | cmov   |
cmovnb     | r64, r/m64             | o64 0F 43 /r         | 64 | cmov   |
cmovae     | r16, r/m16             | o16 0F 43 /r         |    | cmov   |
cmovae     | r32, r/m32             | o32 0F 43 /r         |    | cmov   |
cmovae     | r64, r/m64             | o64 0F 43 /r         | 64 | cmov   |
cmovnc     | r16, r/m16             | o16 0F 43 /r         |    | cmov   |
cmovnc     | r32, r/m32             | o32 0F 43 /r         |    | cmov   |
cmovnc     | r64, r/m64             | o64 0F 43 /r         | 64 | cmov   |
cmove      | r16, r/m16             | o16 0F 44 /r         |    | cmov   |
cmove      | r32, r/m32             | o32 0F 44 /r         |    | cmov   |
cmove      | r64, r/m64             | o64 0F 44 /r         | 64 | cmov   |
cmovz      | r16, r/m16             | o16 0F 44 /r         |    | cmov   |
cmovz      | r32, r/m32             | o32 0F 44 /r         |    | cmov   |
cmovz      | r64, r/m64             | o64 0F 44 /r         | 64 | cmov   |
cmovne     | r16, r/m16             | o16 0F 45 /r         |    | cmov   |
cmovne     | r32, r/m32             | o32 0F 45 /r         |    | cmov   |
cmovne     | r64, r/m64             | o64 0F 45 /r         | 64 | cmov   |
cmovnz     | r16, r/m16             | o16 0F 45 /r         |    | cmov   |
cmovnz     | r32, r/m32             | o32 0F 45 /r         |    | cmov   |
cmovnz     | r64, r/m64             | o64 0F 45 /r         | 64 | cmov   |
cmovbe     | r16, r/m16             | o16 0F 46 /r         |    | cmov   |
cmovbe     | r32, r/m32             | o32 0F 46 /r         |    | cmov   |
cmovbe     | r64, r/m64             | o64 0F 46 /r         | 64 | cmov   |
cmovna     | r16, r/m16             | o16 0F 46 /r         |    | cmov   |
cmovna     | r32, r/m32             | o32 0F 46 /r         |    | cmov   |
cmovna     | r64, r/m64             | o64 0F 46 /r         | 64 | cmov   |
cmovnbe    | r16, r/m16             | o16 0F 47 /r         |    | cmov   |
cmovnbe    | r32, r/m32             | o32 0F 47 /r         |    | cmov   |
cmovnbe    | r64, r/m64             | o64 0F 47 /r         | 64 | cmov   |
cmova      | r16, r/m16             | o16 0F 47 /r         |    | cmov   |
cmova      | r32, r/m32             | o32 0F 47 /r         |    | cmov   |
cmova      | r64, r/m64             | o64 0F 47 /r         | 64 | cmov   |
cmovs      | r16, r/m16             | o16 0F 48 /r         |    | cmov   |
cmovs      | r32, r/m32             | o32 0F 48 /r         |    | cmov   |
cmovs      | r64, r/m64             | o64 0F 48 /r         | 64 | cmov   |
cmovns     | r16, r/m16             | o16 0F 49 /r         |    | cmov   |
cmovns     | r32, r/m32             | o32 0F 49 /r         |    | cmov   |
cmovns     | r64, r/m64             | o64 0F 49 /r         | 64 | cmov   |
cmovp      | r16, r/m16             | o16 0F 4A /r         |    | cmov   |
cmovp      | r32, r/m32             | o32 0F 4A /r         |    | cmov   |
cmovp      | r64, r/m64             | o64 0F 4A /r         | 64 | cmov   |
cmovpe     | r16, r/m16             | o16 0F 4A /r         |    | cmov   |
cmovpe     | r32, r/m32             | o32 0F 4A /r         |    | cmov   |
cmovpe     | r64, r/m64             | o64 0F 4A /r         | 64 | cmov   |
cmovnp     | r16, r/m16             | o16 0F 4B /r         |    | cmov   |
cmovnp     | r32, r/m32             | o32 0F 4B /r         |    | cmov   |
cmovnp     | r64, r/m64             | o64 0F 4B /r         | 64 | cmov   |
cmovpo     | r16, r/m16             | o16 0F 4B /r         |    | cmov   |
cmovpo     | r32, r/m32             | o32 0F 4B /r         |    | cmov   |
cmovpo     | r64, r/m64             | o64 0F 4B /r         | 64 | cmov   |
cmovl      | r16, r/m16             | o16 0F 4C /r         |    | cmov   |
cmovl      | r32, r/m32             | o32 0F 4C /r         |    | cmov   |
cmovl      | r64, r/m64             | o64 0F 4C /r         | 64 | cmov   |
cmovnge    | r16, r/m16             | o16 0F 4C /r         |    | cmov   |
cmovnge    | r32, r/m32             | o32 0F 4C /r         |    | cmov   |
cmovnge    | r64, r/m64             | o64 0F 4C /r         | 64 | cmov   |
cmovnl     | r16, r/m16             | o16 0F 4D /r         |    | cmov   |
cmovnl     | r32, r/m32             | o32 0F 4D /r         |    | cmov   |
cmovnl     | r64, r/m64             | o64 0F 4D /r         | 64 | cmov   |
cmovge     | r16, r/m16             | o16 0F 4D /r         |    | cmov   |
cmovge     | r32, r/m32             | o32 0F 4D /r         |    | cmov   |
cmovge     | r64, r/m64             | o64 0F 4D /r         | 64 | cmov   |
cmovle     | r16, r/m16             | o16 0F 4E /r         |    | cmov   |
cmovle     | r32, r/m32             | o32 0F 4E /r         |    | cmov   |
cmovle     | r64, r/m64             | o64 0F 4E /r         | 64 | cmov   |
cmovng     | r16, r/m16             | o16 0F 4E /r         |    | cmov   |
cmovng     | r32, r/m32             | o32 0F 4E /r         |    | cmov   |
cmovng     | r64, r/m64             | o64 0F 4E /r         | 64 | cmov   |
cmovnle    | r16, r/m16             | o16 0F 4F /r         |    | cmov   |
cmovnle    | r32, r/m32             | o32 0F 4F /r         |    | cmov   |
cmovnle    | r64, r/m64             | o64 0F 4F /r         | 64 | cmov   |
cmovg      | r16, r/m16             | o16 0F 4F /r         |    | cmov   |
cmovg      | r32, r/m32             | o32 0F 4F /r         |    | cmov   |
cmovg      | r64, r/m64             | o64 0F 4F /r         | 64 | cmov   |
# Others
nop        |                        | 90                   |    |        | rep
nop        | r/m16                  | o16 0F 1F /0         |    | nop    |
nop        | r/m32                  | o32 0F 1F /0         |    | nop    |
nop        | r/m64                  | o64 0F 1F /0         | 64 | nop    |
xlat       |                        | D7                   |    |        | suf=b string bx
xlat       | m8                     | D7                   |    |        | suf=b string bx base
bound      | r16, m16&16            | o16 62 /r            | 32 | 186    | same
bound      | r32, m32&32            | o32 62 /r            | 32 | 186    | same
arpl       | r/m16, r16             | 63 /r                | 32 | 286    | suf=w
movbe      | r16, m16               | o16 0F 38 F0 /r      |    | movbe  |
movbe      | r32, m32               | o32 0F 38 F0 /r      |    | movbe  |
movbe      | r64, m64               | o64 0F 38 F0 /r      | 64 | movbe  |
movbe      | m16, r16               | o16 0F 38 F1 /r      |    | movbe  |
movbe      | m32, r32               | o32 0F 38 F1 /r      |    | movbe  |
movbe      | m64, r64               | o64 0F 38 F1 /r      | 64 | movbe  |
adcx       | r32, r/m32             | 66 0F 38 F6 /r       |    | adx    | suf=l
adcx       | r64, r/m64             | 66 o64 0F 38 F6 /r   | 64 | adx    |
adox       | r32, r/m32             | F3 0F 38 F6 /r       |    | adx    | suf=l
adox       | r64, r/m64             | F3 o64 0F 38 F6 /r   | 64 | adx    |
crc32      | r32, r/m8              | F2 0F 38 F0 /r       |    | sse4.2 | src suf=b
crc32      | r32, r/m16             | o16 F2 0F 38 F1 /r   |    | sse4.2 | src
crc32      | r32, r/m32             | o32 F2 0F 38 F1 /r   |    | sse4.2 | src
crc32      | r64, r/m8              | o64 F2 0F 38 F0 /r   | 64 | sse4.2 | src suf=b size=8
crc32      | r64, r/m64             | o64 F2 0F 38 F1 /r   | 64 | sse4.2 | src
crc32      | r64, r8                | o64 F2 0F 38 F1 /r   | 64 | sse4.2 | src
movnti     | m32, r32               | 0F C3 /r             |    | sse2   | suf=l
movnti     | m64, r64               | o64 0F C3 /r         | 64 | sse2   |
`;
