/** System, virtualisation, cache, monitoring and other integer extensions: the columns are described in ../rows.ts. */
// prettier-ignore
export const system = String.raw`
# Descriptor tables and task state (SDM volume 2)
sgdt       | m16&32                 | o16 0F 01 /0         | 32 | 286    | suf=w ds nostack
sgdt       | m16&32                 | o32 0F 01 /0         | 32 | 286    | suf=l ds nostack
sgdt       | m16&64                 | 0F 01 /0             | 64 | 286    | suf=q
sidt       | m16&32                 | o16 0F 01 /1         | 32 | 286    | suf=w ds nostack
sidt       | m16&32                 | o32 0F 01 /1         | 32 | 286    | suf=l ds nostack
sidt       | m16&64                 | 0F 01 /1             | 64 | 286    | suf=q
lgdt       | m16&32                 | o16 0F 01 /2         | 32 | 286    | suf=w ds nostack
lgdt       | m16&32                 | o32 0F 01 /2         | 32 | 286    | suf=l ds nostack
lgdt       | m16&64                 | 0F 01 /2             | 64 | 286    | suf=q
lidt       | m16&32                 | o16 0F 01 /3         | 32 | 286    | suf=w ds nostack
lidt       | m16&32                 | o32 0F 01 /3         | 32 | 286    | suf=l ds nostack
lidt       | m16&64                 | 0F 01 /3             | 64 | 286    | suf=q
sldt       | r16                    | o16 0F 00 /0         |    | 286    |
sldt       | r32                    | o32 0F 00 /0         |    | 286    |
sldt       | r64                    | 0F 00 /0             | 64 | 286    | suf=q
sldt       | m16                    | 0F 00 /0             |    | 286    | suf=w
str        | r16                    | o16 0F 00 /1         |    | 286    |
str        | r32                    | o32 0F 00 /1         |    | 286    |
str        | r64                    | 0F 00 /1             | 64 | 286    | suf=q
str        | m16                    | 0F 00 /1             |    | 286    | suf=w
smsw       | r16                    | o16 0F 01 /4         |    | 286    |
smsw       | r32                    | o32 0F 01 /4         |    | 286    |
smsw       | r64                    | o64 0F 01 /4         | 64 | 286    | suf=q
smsw       | m16                    | 0F 01 /4             |    | 286    | suf=w
lldt       | r16                    | 0F 00 /2             |    | 286    | suf=w
lldt       | m16                    | 0F 00 /2             |    | 286    | suf=w
ltr        | r16                    | 0F 00 /3             |    | 286    | suf=w
ltr        | m16                    | 0F 00 /3             |    | 286    | suf=w
verr       | r16                    | 0F 00 /4             |    | 286    | suf=w
verr       | m16                    | 0F 00 /4             |    | 286    | suf=w
verw       | r16                    | 0F 00 /5             |    | 286    | suf=w
verw       | m16                    | 0F 00 /5             |    | 286    | suf=w
lmsw       | r16                    | 0F 01 /6             |    | 286    | suf=w
lmsw       | m16                    | 0F 01 /6             |    | 286    | suf=w
lar        | r16, r16               | o16 0F 02 /r         |    | 286    |
lar        | r32, r32               | o32 0F 02 /r         |    | 286    |
lar        | r64, r64               | o64 0F 02 /r         | 64 | 286    |
lar        | r32, r16               | o32 0F 02 /r         |    | 286    |
lar        | r64, r16               | o64 0F 02 /r         | 64 | 286    |
lar        | r16, m16               | o16 0F 02 /r         |    | 286    |
lar        | r32, m16               | o32 0F 02 /r         |    | 286    |
lar        | r64, m16               | o64 0F 02 /r         | 64 | 286    |
lsl        | r16, r16               | o16 0F 03 /r         |    | 286    |
lsl        | r32, r32               | o32 0F 03 /r         |    | 286    |
lsl        | r64, r64               | o64 0F 03 /r         | 64 | 286    |
lsl        | r32, r16               | o32 0F 03 /r         |    | 286    |
lsl        | r64, r16               | o64 0F 03 /r         | 64 | 286    |
lsl        | r16, m16               | o16 0F 03 /r         |    | 286    |
lsl        | r32, m16               | o32 0F 03 /r         |    | 286    |
lsl        | r64, m16               | o64 0F 03 /r         | 64 | 286    |
# System
hlt        |                        | F4                   |    |        |
clts       |                        | 0F 06                |    | 286    |
invd       |                        | 0F 08                |    | 486    |
wbinvd     |                        | 0F 09                |    | 486    |
wbnoinvd   |                        | F3 0F 09             |    | wbnoinvd |
rdmsr      |                        | 0F 32                |    | 586    |
wrmsr      |                        | 0F 30                |    | 586    |
rdtsc      |                        | 0F 31                |    | 586    |
rdpmc      |                        | 0F 33                |    | 686    |
cpuid      |                        | 0F A2                |    | 486    |
rsm        |                        | 0F AA                |    | 386    |
rdtscp     |                        | 0F 01 F9             |    | rdtscp |
ud2        |                        | 0F 0B                |    | 186    |
ud2a       |                        | 0F 0B                |    | 186    |
pause      |                        | F3 90                |    | 186    |
clac       |                        | 0F 01 CA             |    | smap   |
stac       |                        | 0F 01 CB             |    | smap   |
xgetbv     |                        | 0F 01 D0             |    | xsave  |
xsetbv     |                        | 0F 01 D1             |    | xsave  |
rdpkru     |                        | 0F 01 EE             |    | ospke  |
wrpkru     |                        | 0F 01 EF             |    | ospke  |
mcommit    |                        | F3 0F 01 FA          |    | mcommit |
getsec     |                        | 0F 37                |    | smx    |
vmcall     |                        | 0F 01 C1             |    | vmx    |
vmlaunch   |                        | 0F 01 C2             |    | vmx    |
vmresume   |                        | 0F 01 C3             |    | vmx    |
vmxoff     |                        | 0F 01 C4             |    | vmx    |
vmfunc     |                        | 0F 01 D4             |    | vmfunc |
pconfig    |                        | 0F 01 C5             |    | pconfig |
encls      |                        | 0F 01 CF             |    | se1    |
enclu      |                        | 0F 01 D7             |    | se1    |
enclv      |                        | 0F 01 C0             |    | se1    |
vmmcall    |                        | 0F 01 D9             |    | svme   |
stgi       |                        | 0F 01 DC             |    | svme   |
clgi       |                        | 0F 01 DD             |    | svme   |
serialize  |                        | 0F 01 E8             |    | serialize |
xsusldtrk  |                        | F2 0F 01 E8          |    | tsxldtrk |
xresldtrk  |                        | F2 0F 01 E9          |    | tsxldtrk |
setssbsy   |                        | F3 0F 01 E8          |    | shstk  |
saveprevssp |                        | F3 0F 01 EA          |    | shstk  |
endbr64    |                        | F3 0F 1E FA          |    | ibt    |
endbr32    |                        | F3 0F 1E FB          |    | ibt    |
tdcall     |                        | 66 0F 01 CC          |    | tdx    |
seamret    |                        | 66 0F 01 CD          | 64 | tdx    |
seamops    |                        | 66 0F 01 CE          | 64 | tdx    |
seamcall   |                        | 66 0F 01 CF          | 64 | tdx    |
wrmsrns    |                        | 0F 01 C6             |    | wrmsrns |
montmul    |                        | F3 0F A6 C0          |    | padlock | rep
xsha1      |                        | F3 0F A6 C8          |    | padlock | rep
xsha256    |                        | F3 0F A6 D0          |    | padlock | rep
xstorerng  |                        | 0F A7 C0             |    | padlock | rep
xstore     |                        | 0F A7 C0             |    | padlock | rep
xcryptecb  |                        | F3 0F A7 C8          |    | padlock | rep
xcryptcbc  |                        | F3 0F A7 D0          |    | padlock | rep
xcryptctr  |                        | F3 0F A7 D8          |    | padlock | rep
xcryptcfb  |                        | F3 0F A7 E0          |    | padlock | rep
xcryptofb  |                        | F3 0F A7 E8          |    | padlock | rep
xcrypt-ecb |                        | F3 0F A7 C8          |    | padlock | rep
xcrypt-cbc |                        | F3 0F A7 D0          |    | padlock | rep
xcrypt-ctr |                        | F3 0F A7 D8          |    | padlock | rep
xcrypt-cfb |                        | F3 0F A7 E0          |    | padlock | rep
xcrypt-ofb |                        | F3 0F A7 E8          |    | padlock | rep
xstore-rng |                        | 0F A7 C0             |    | padlock | rep
lfence     |                        | 0F AE E8             |    | sse2   |
mfence     |                        | 0F AE F0             |    | sse2   |
sfence     |                        | 0F AE F8             |    | sse/3dnowa |
emms       |                        | 0F 77                |    | mmx    |
femms      |                        | 0F 0E                |    | 3dnow  |
swapgs     |                        | 0F 01 F8             | 64 |        |
uiret      |                        | F3 0F 01 EC          | 64 | uintr  |
testui     |                        | F3 0F 01 ED          | 64 | uintr  |
clui       |                        | F3 0F 01 EE          | 64 | uintr  |
stui       |                        | F3 0F 01 EF          | 64 | uintr  |
rdmsrlist  |                        | F2 0F 01 C6          | 64 | msrlist |
wrmsrlist  |                        | F3 0F 01 C6          | 64 | msrlist |
sysenter   |                        | 0F 34                | 32 | 686    |
sysenter   |                        | 0F 34                | 64 |        | noamd64
syscall    |                        | 0F 05                |    | syscall |
sysret     |                        | 0F 07                | 32 | syscall | suf=
sysret     |                        | o32 0F 07            |    | syscall | suf=l
sysret     |                        | o64 0F 07            | 64 | syscall | suf=q
sysexit    |                        | 0F 35                | 32 | 686    | suf=
sysexit    |                        | o32 0F 35            | 64 |        | suf=l noamd64
sysexit    |                        | o64 0F 35            | 64 |        | suf=q noamd64
invlpg     | m                      | 0F 01 /7             |    | 486    | nosize
invpcid    | r32, m128              | 66 0F 38 82 /r       | 32 | invpcid | suf=
invpcid    | r64, m128              | 66 0F 38 82 /r       | 64 | invpcid | suf=
invept     | r32, m128              | 66 0F 38 80 /r       | 32 | ept    | suf=
invept     | r64, m128              | 66 0F 38 80 /r       | 64 | ept    | suf=
invvpid    | r32, m128              | 66 0F 38 81 /r       | 32 | ept    | suf=
invvpid    | r64, m128              | 66 0F 38 81 /r       | 64 | ept    | suf=
vmread     | r/m32, r32             | 0F 78 /r             | 32 | vmx    | suf=l
vmread     | r/m64, r64             | 0F 78 /r             | 64 | vmx    | suf=q
vmwrite    | r32, r/m32             | 0F 79 /r             | 32 | vmx    | suf=l
vmwrite    | r64, r/m64             | 0F 79 /r             | 64 | vmx    | suf=q
vmptrld    | m64                    | 0F C7 /6             |    | vmx    | suf=
vmptrst    | m64                    | 0F C7 /7             |    | vmx    | suf=
vmclear    | m64                    | 66 0F C7 /6          |    | vmx    | suf=
vmxon      | m64                    | F3 0F C7 /6          |    | vmx    | suf=
# Monitors: the operands are the implied registers
monitor    |                        | 0F 01 C8             |    | sse3   |
monitor    | AX, ECX, EDX           | 0F 01 C8             | 32 | sse3   | same addr16 suf=
monitor    | EAX, ECX, EDX          | 0F 01 C8             |    | sse3   | same addr32 suf=
monitor    | EAX, ECX, RDX          | 0F 01 C8             | 64 | sse3   | same addr32 suf=
monitor    | EAX, RCX, EDX          | 0F 01 C8             | 64 | sse3   | same addr32 suf=
monitor    | EAX, RCX, RDX          | 0F 01 C8             | 64 | sse3   | same addr32 suf=
monitor    | RAX, ECX, EDX          | 0F 01 C8             | 64 | sse3   | same addr64 suf=
monitor    | RAX, ECX, RDX          | 0F 01 C8             | 64 | sse3   | same addr64 suf=
monitor    | RAX, RCX, EDX          | 0F 01 C8             | 64 | sse3   | same addr64 suf=
monitor    | RAX, RCX, RDX          | 0F 01 C8             | 64 | sse3   | same addr64 suf=
monitorx   |                        | 0F 01 FA             |    | mwaitx |
monitorx   | AX, ECX, EDX           | 0F 01 FA             | 32 | mwaitx | same addr16 suf=
monitorx   | EAX, ECX, EDX          | 0F 01 FA             |    | mwaitx | same addr32 suf=
monitorx   | EAX, ECX, RDX          | 0F 01 FA             | 64 | mwaitx | same addr32 suf=
monitorx   | EAX, RCX, EDX          | 0F 01 FA             | 64 | mwaitx | same addr32 suf=
monitorx   | EAX, RCX, RDX          | 0F 01 FA             | 64 | mwaitx | same addr32 suf=
monitorx   | RAX, ECX, EDX          | 0F 01 FA             | 64 | mwaitx | same addr64 suf=
monitorx   | RAX, ECX, RDX          | 0F 01 FA             | 64 | mwaitx | same addr64 suf=
monitorx   | RAX, RCX, EDX          | 0F 01 FA             | 64 | mwaitx | same addr64 suf=
monitorx   | RAX, RCX, RDX          | 0F 01 FA             | 64 | mwaitx | same addr64 suf=
mwait      |                        | 0F 01 C9             |    | sse3   |
mwait      | EAX, ECX               | 0F 01 C9             |    | sse3   | same suf=
mwait      | RAX, RCX               | 0F 01 C9             | 64 | sse3   | same suf=
mwaitx     |                        | 0F 01 FB             |    | mwaitx |
mwaitx     | EAX, ECX, EBX          | 0F 01 FB             |    | mwaitx | same suf=
mwaitx     | RAX, RCX, RBX          | 0F 01 FB             | 64 | mwaitx | same suf=
# AMD: SVM, SEV, CLZERO (AMD volume 3)
vmrun      |                        | 0F 01 D8             |    | svme   |
vmrun      | AX                     | 0F 01 D8             | 32 | svme   | addr16 suf=
vmrun      | EAX                    | 0F 01 D8             |    | svme   | addr32 suf=
vmrun      | RAX                    | 0F 01 D8             | 64 | svme   | addr64 suf=
vmload     |                        | 0F 01 DA             |    | svme   |
vmload     | AX                     | 0F 01 DA             | 32 | svme   | addr16 suf=
vmload     | EAX                    | 0F 01 DA             |    | svme   | addr32 suf=
vmload     | RAX                    | 0F 01 DA             | 64 | svme   | addr64 suf=
vmsave     |                        | 0F 01 DB             |    | svme   |
vmsave     | AX                     | 0F 01 DB             | 32 | svme   | addr16 suf=
vmsave     | EAX                    | 0F 01 DB             |    | svme   | addr32 suf=
vmsave     | RAX                    | 0F 01 DB             | 64 | svme   | addr64 suf=
clzero     |                        | 0F 01 FC             |    | clzero |
clzero     | AX                     | 0F 01 FC             | 32 | clzero | addr16 suf=
clzero     | EAX                    | 0F 01 FC             |    | clzero | addr32 suf=
clzero     | RAX                    | 0F 01 FC             | 64 | clzero | addr64 suf=
skinit     |                        | 0F 01 DE             |    | svme   |
skinit     | EAX                    | 0F 01 DE             |    | svme   | suf=
invlpga    |                        | 0F 01 DF             |    | svme   |
invlpga    | AX, ECX                | 0F 01 DF             | 32 | svme   | same addr16 suf=
invlpga    | EAX, ECX               | 0F 01 DF             |    | svme   | same addr32 suf=
invlpga    | RAX, ECX               | 0F 01 DF             | 64 | svme   | same addr64 suf=
invlpgb    |                        | 0F 01 FE             |    | invlpgb |
invlpgb    | AX, ECX, EDX           | 0F 01 FE             | 32 | invlpgb | same addr16 suf=
invlpgb    | EAX, ECX, EDX          | 0F 01 FE             |    | invlpgb | same addr32 suf=
invlpgb    | EAX, ECX, RDX          | 0F 01 FE             | 64 | invlpgb | same addr32 suf=
invlpgb    | EAX, RCX, EDX          | 0F 01 FE             | 64 | invlpgb | same addr32 suf=
invlpgb    | EAX, RCX, RDX          | 0F 01 FE             | 64 | invlpgb | same addr32 suf=
invlpgb    | RAX, ECX, EDX          | 0F 01 FE             | 64 | invlpgb | same addr64 suf=
invlpgb    | RAX, ECX, RDX          | 0F 01 FE             | 64 | invlpgb | same addr64 suf=
invlpgb    | RAX, RCX, EDX          | 0F 01 FE             | 64 | invlpgb | same addr64 suf=
invlpgb    | RAX, RCX, RDX          | 0F 01 FE             | 64 | invlpgb | same addr64 suf=
tlbsync    |                        | 0F 01 FF             |    | tlbsync |
rdpru      |                        | 0F 01 FD             |    | rdpru  |
psmash     |                        | F3 0F 01 FF          | 64 | snp    |
psmash     | RAX                    | F3 0F 01 FF          | 64 | snp    | same addr64 suf=
psmash     | EAX                    | F3 0F 01 FF          | 64 | snp    | same addr32 suf=
pvalidate  |                        | F2 0F 01 FF          |    | snp    |
pvalidate  | AX, ECX, EDX           | F2 0F 01 FF          | 32 | snp    | same addr16 suf=
pvalidate  | EAX, ECX, EDX          | F2 0F 01 FF          |    | snp    | same addr32 suf=
pvalidate  | EAX, ECX, RDX          | F2 0F 01 FF          | 64 | snp    | same addr32 suf=
pvalidate  | EAX, RCX, EDX          | F2 0F 01 FF          | 64 | snp    | same addr32 suf=
pvalidate  | EAX, RCX, RDX          | F2 0F 01 FF          | 64 | snp    | same addr32 suf=
pvalidate  | RAX, ECX, EDX          | F2 0F 01 FF          | 64 | snp    | same addr64 suf=
pvalidate  | RAX, ECX, RDX          | F2 0F 01 FF          | 64 | snp    | same addr64 suf=
pvalidate  | RAX, RCX, EDX          | F2 0F 01 FF          | 64 | snp    | same addr64 suf=
pvalidate  | RAX, RCX, RDX          | F2 0F 01 FF          | 64 | snp    | same addr64 suf=
rmpupdate  |                        | F2 0F 01 FE          | 64 | snp    |
rmpupdate  | RAX, RCX               | F2 0F 01 FE          | 64 | snp    | same addr64 suf=
rmpupdate  | EAX, RCX               | F2 0F 01 FE          | 64 | snp    | same addr32 suf=
rmpadjust  |                        | F3 0F 01 FE          | 64 | snp    |
rmpadjust  | EAX, ECX, EDX          | F3 0F 01 FE          | 64 | snp    | same addr32 suf=
rmpadjust  | EAX, ECX, RDX          | F3 0F 01 FE          | 64 | snp    | same addr32 suf=
rmpadjust  | EAX, RCX, EDX          | F3 0F 01 FE          | 64 | snp    | same addr32 suf=
rmpadjust  | EAX, RCX, RDX          | F3 0F 01 FE          | 64 | snp    | same addr32 suf=
rmpadjust  | RAX, ECX, EDX          | F3 0F 01 FE          | 64 | snp    | same addr64 suf=
rmpadjust  | RAX, ECX, RDX          | F3 0F 01 FE          | 64 | snp    | same addr64 suf=
rmpadjust  | RAX, RCX, EDX          | F3 0F 01 FE          | 64 | snp    | same addr64 suf=
rmpadjust  | RAX, RCX, RDX          | F3 0F 01 FE          | 64 | snp    | same addr64 suf=
rmpquery   |                        | F3 0F 01 FD          | 64 | rmpquery |
rmpquery   | RAX, RCX, RDX          | F3 0F 01 FD          | 64 | rmpquery | same addr64 suf=
rmpquery   | EAX, RCX, RDX          | F3 0F 01 FD          | 64 | rmpquery | same addr32 suf=
vmgexit    |                        | F3 0F 01 D9          |    | sev_es |
# Caches and prefetch
prefetchnta | m8                     | 0F 18 /0             |    | sse/3dnowa | suf= nosize
prefetcht0 | m8                     | 0F 18 /1             |    | sse/3dnowa | suf= nosize
prefetcht1 | m8                     | 0F 18 /2             |    | sse/3dnowa | suf= nosize
prefetcht2 | m8                     | 0F 18 /3             |    | sse/3dnowa | suf= nosize
prefetch   | m8                     | 0F 0D /0             |    | 3dnow/prfchw | suf= nosize
prefetchw  | m8                     | 0F 0D /1             |    | 3dnow/prfchw | suf= nosize
prefetchwt1 | m8                     | 0F 0D /2             |    | prefetchwt1 | suf= nosize
prefetchit0 | m8                     | 0F 18 /7             | 64 | prefetchi | suf= nosize
prefetchit1 | m8                     | 0F 18 /6             | 64 | prefetchi | suf= nosize
clflush    | m8                     | 0F AE /7             |    | clflush | suf= nosize
clflushopt | m8                     | 66 0F AE /7          |    | clflushopt | suf= nosize
clwb       | m8                     | 66 0F AE /6          |    | clwb   | suf= nosize
cldemote   | m8                     | 0F 1C /0             |    | cldemote | suf= nosize
# State save areas
fxsave     | mem                    | 0F AE /0             |    | fxsr   | suf=
fxsave     | mem                    | o64 0F AE /0         | 64 | fxsr   |
fxsave64   | mem                    | o64 0F AE /0         | 64 | fxsr   | suf=
fxrstor    | mem                    | 0F AE /1             |    | fxsr   | suf=
fxrstor    | mem                    | o64 0F AE /1         | 64 | fxsr   |
fxrstor64  | mem                    | o64 0F AE /1         | 64 | fxsr   | suf=
xsave      | mem                    | 0F AE /4             |    | xsave  | suf=
xsave      | mem                    | o64 0F AE /4         | 64 | xsave  |
xsave64    | mem                    | o64 0F AE /4         | 64 | xsave  | suf=
xrstor     | mem                    | 0F AE /5             |    | xsave  | suf=
xrstor     | mem                    | o64 0F AE /5         | 64 | xsave  |
xrstor64   | mem                    | o64 0F AE /5         | 64 | xsave  | suf=
xsaveopt   | mem                    | 0F AE /6             |    | xsaveopt | suf=
xsaveopt   | mem                    | o64 0F AE /6         | 64 | xsaveopt |
xsaveopt64 | mem                    | o64 0F AE /6         | 64 | xsaveopt | suf=
xsavec     | mem                    | 0F C7 /4             |    | xsavec | suf=
xsavec64   | mem                    | o64 0F C7 /4         | 64 | xsavec | suf=
xsaves     | mem                    | 0F C7 /5             |    | xsaves | suf=
xsaves64   | mem                    | o64 0F C7 /5         | 64 | xsaves | suf=
xrstors    | mem                    | 0F C7 /3             |    | xsaves | suf=
xrstors64  | mem                    | o64 0F C7 /3         | 64 | xsaves | suf=
# FS and GS bases, user MSR
rdfsbase   | r32                    | F3 0F AE /0          |    | fsgsbase | suf=
rdfsbase   | r64                    | o64 F3 0F AE /0      | 64 | fsgsbase | suf=
rdgsbase   | r32                    | F3 0F AE /1          |    | fsgsbase | suf=
rdgsbase   | r64                    | o64 F3 0F AE /1      | 64 | fsgsbase | suf=
wrfsbase   | r32                    | F3 0F AE /2          |    | fsgsbase | suf=
wrfsbase   | r64                    | o64 F3 0F AE /2      | 64 | fsgsbase | suf=
wrgsbase   | r32                    | F3 0F AE /3          |    | fsgsbase | suf=
wrgsbase   | r64                    | o64 F3 0F AE /3      | 64 | fsgsbase | suf=
# Random numbers, processor identity
rdrand     | r16                    | o16 0F C7 /6         |    | rdrnd  | suf=
rdrand     | r32                    | o32 0F C7 /6         |    | rdrnd  | suf=
rdrand     | r64                    | o64 0F C7 /6         | 64 | rdrnd  | suf=
rdseed     | r16                    | o16 0F C7 /7         |    | rdseed | suf=
rdseed     | r32                    | o32 0F C7 /7         |    | rdseed | suf=
rdseed     | r64                    | o64 0F C7 /7         | 64 | rdseed | suf=
rdpid      | r32                    | F3 0F C7 /7          | 32 | rdpid  | suf=
rdpid      | r64                    | F3 0F C7 /7          | 64 | rdpid  | suf=
ptwrite    | r/m32                  | F3 0F AE /4          |    | ptwrite | suf=l size=32
ptwrite    | r/m64                  | o64 F3 0F AE /4      | 64 | ptwrite |
# Control-flow enforcement (SDM volume 2, CET)
incsspd    | r32                    | F3 0F AE /5          |    | shstk  | suf=
incsspq    | r64                    | o64 F3 0F AE /5      | 64 | shstk  | suf=
rdsspd     | r32                    | F3 0F 1E /1          |    | shstk  | suf=
rdsspq     | r64                    | o64 F3 0F 1E /1      | 64 | shstk  | suf=
rstorssp   | m64                    | F3 0F 01 /5          |    | shstk  | suf=
clrssbsy   | m64                    | F3 0F AE /6          |    | shstk  | suf=
wrssd      | m32, r32               | 0F 38 F6 /r          |    | shstk  | suf=
wrssq      | m64, r64               | o64 0F 38 F6 /r      | 64 | shstk  | suf=
wrussd     | m32, r32               | 66 0F 38 F5 /r       |    | shstk  | suf=
wrussq     | m64, r64               | o64 66 0F 38 F5 /r   | 64 | shstk  | suf=
# Waiting, direct stores, user interrupts, others
tpause     | r32                    | 66 0F AE /6          |    | waitpkg | suf=
tpause     | r32, EDX, EAX          | 66 0F AE /6          |    | waitpkg | same suf=
umwait     | r32                    | F2 0F AE /6          |    | waitpkg | suf=
umwait     | r32, EDX, EAX          | F2 0F AE /6          |    | waitpkg | same suf=
umonitor   | r16                    | a16 F3 0F AE /6      | 32 | waitpkg | suf=
umonitor   | r32                    | a32 F3 0F AE /6      |    | waitpkg | suf=
umonitor   | r64                    | a64 F3 0F AE /6      | 64 | waitpkg | suf=
movdiri    | m32, r32               | 0F 38 F9 /r          |    | movdiri | suf=l
movdiri    | m64, r64               | o64 0F 38 F9 /r      | 64 | movdiri |
movdir64b  | r16, m512              | a16 66 0F 38 F8 /r   | 32 | movdir64b | suf= regaddr ptr=0
movdir64b  | r32, m512              | a32 66 0F 38 F8 /r   |    | movdir64b | suf= regaddr ptr=0
movdir64b  | r64, m512              | a64 66 0F 38 F8 /r   | 64 | movdir64b | suf= regaddr ptr=0
enqcmd     | r16, m512              | a16 F2 0F 38 F8 /r   | 32 | enqcmd | suf= regaddr ptr=0
enqcmd     | r32, m512              | a32 F2 0F 38 F8 /r   |    | enqcmd | suf= regaddr ptr=0
enqcmd     | r64, m512              | a64 F2 0F 38 F8 /r   | 64 | enqcmd | suf= regaddr ptr=0
enqcmds    | r16, m512              | a16 F3 0F 38 F8 /r   | 32 | enqcmd | suf= regaddr ptr=0
enqcmds    | r32, m512              | a32 F3 0F 38 F8 /r   |    | enqcmd | suf= regaddr ptr=0
enqcmds    | r64, m512              | a64 F3 0F 38 F8 /r   | 64 | enqcmd | suf= regaddr ptr=0
senduipi   | r64                    | F3 0F C7 /6          | 64 | uintr  | suf=
hreset     | imm8                   | F3 0F 3A F0 C0 ib    |    | hreset | suf=
aadd       | m32, r32               | 0F 38 FC /r          |    | rao_int | suf=
aadd       | m64, r64               | o64 0F 38 FC /r      | 64 | rao_int | suf=
aand       | m32, r32               | 66 0F 38 FC /r       |    | rao_int | suf=
aand       | m64, r64               | o64 66 0F 38 FC /r   | 64 | rao_int | suf=
aor        | m32, r32               | F2 0F 38 FC /r       |    | rao_int | suf=
aor        | m64, r64               | o64 F2 0F 38 FC /r   | 64 | rao_int | suf=
axor       | m32, r32               | F3 0F 38 FC /r       |    | rao_int | suf=
axor       | m64, r64               | o64 F3 0F 38 FC /r   | 64 | rao_int | suf=
# Memory protection extensions (MPX)
bndmk      | bnd, m32               | F3 0F 1B /r          | 32 | mpx    | suf= mpx nosize
bndmk      | bnd, m64               | F3 0F 1B /r          | 64 | mpx    | suf= mpx nosize
bndcl      | bnd, r/m32             | F3 0F 1A /r          | 32 | mpx    | suf= nosize
bndcl      | bnd, r/m64             | F3 0F 1A /r          | 64 | mpx    | suf= nosize
bndcu      | bnd, r/m32             | F2 0F 1A /r          | 32 | mpx    | suf= nosize
bndcu      | bnd, r/m64             | F2 0F 1A /r          | 64 | mpx    | suf= nosize
bndcn      | bnd, r/m32             | F2 0F 1B /r          | 32 | mpx    | suf= nosize
bndcn      | bnd, r/m64             | F2 0F 1B /r          | 64 | mpx    | suf= nosize
bndmov     | bnd1, bnd2/m64         | 66 0F 1A /r          | 32 | mpx    | suf= ptr=16 swap load
bndmov     | bnd1, bnd2/m128        | 66 0F 1A /r          | 64 | mpx    | suf= swap load
bndmov     | bnd1/m64, bnd2         | 66 0F 1B /r          | 32 | mpx    | suf= ptr=16 swap store
bndmov     | bnd1/m128, bnd2        | 66 0F 1B /r          | 64 | mpx    | suf= swap store
bndldx     | bnd, mib               | 0F 1A /r             |    | mpx    | suf= nosize
bndstx     | mib, bnd               | 0F 1B /r             |    | mpx    | suf= nosize
# Undefined on purpose
ud1        | r16, r/m16             | o16 0F B9 /r         |    | 186    |
ud1        | r32, r/m32             | o32 0F B9 /r         |    | 186    |
ud1        | r64, r/m64             | o64 0F B9 /r         | 64 | 186    |
ud2b       | r16, r/m16             | o16 0F B9 /r         |    | 186    |
ud2b       | r32, r/m32             | o32 0F B9 /r         |    | 186    |
ud2b       | r64, r/m64             | o64 0F B9 /r         | 64 | 186    |
ud0        | r16, r/m16             | o16 0F FF /r         |    | 186    |
ud0        | r32, r/m32             | o32 0F FF /r         |    | 186    |
ud0        | r64, r/m64             | o64 0F FF /r         | 64 | 186    |
`;
