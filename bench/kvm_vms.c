/*
 * The baseline for virtual machines in a row: creates one with 1 MiB of memory, runs `hlt` in it and destroys it, COUNT
 * times, and prints the processor time and the wall-clock time of one in microseconds.
 *   gcc -O2 -o kvm_vms kvm_vms.c && ./kvm_vms COUNT
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MEM_SIZE (1 << 20)

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static void check(long result, const char *what) {
  if (result >= 0) return;
  perror(what);
  exit(1);
}

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 100;
  int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  check(kvm, "/dev/kvm");
  int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
  double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
  for (int i = 0; i < count; i++) {
    int vm = ioctl(kvm, KVM_CREATE_VM, 0);
    check(vm, "KVM_CREATE_VM");
    unsigned char *ram = mmap(NULL, MEM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ram == MAP_FAILED) check(-1, "mmap");
    ram[0] = 0xf4;
    struct kvm_userspace_memory_region region = {.memory_size = MEM_SIZE, .userspace_addr = (unsigned long)ram};
    check(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
    int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
    check(vcpu, "KVM_CREATE_VCPU");
    struct kvm_run *run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    if (run == MAP_FAILED) check(-1, "mmap");
    struct kvm_sregs sregs;
    check(ioctl(vcpu, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
    sregs.cs.base = sregs.cs.selector = 0;
    check(ioctl(vcpu, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
    struct kvm_regs regs = {.rip = 0, .rflags = 2};
    check(ioctl(vcpu, KVM_SET_REGS, &regs), "KVM_SET_REGS");
    check(ioctl(vcpu, KVM_RUN, 0), "KVM_RUN");
    if (run->exit_reason != KVM_EXIT_HLT) {
      fprintf(stderr, "exit %u\n", run->exit_reason);
      return 1;
    }
    munmap(run, size);
    close(vcpu);
    close(vm);
    munmap(ram, MEM_SIZE);
  }
  printf("%.1f %.1f\n", (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / count * 1e6, (seconds(CLOCK_MONOTONIC) - wall) / count * 1e6);
  return 0;
}
