/*
 * The baseline: the teaching program's loop, made as fast as it gets without changing what it does. It loads a flat image
 * at 0, starts it in real mode and prints every byte that the guest writes to port 0xf1 until the guest halts.
 *   gcc -O2 -o kvm_loop kvm_loop.c && ./kvm_loop [-c] image
 * -c: the port is coalesced (KVM_REGISTER_COALESCED_MMIO with pio), as tskvm does.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEM_SIZE (1 << 20)
#define PORT 0xf1

static int fail(const char *what) {
  perror(what);
  return 1;
}

int main(int argc, char **argv) {
  int coalesced = argc > 2 && strcmp(argv[1], "-c") == 0;
  const char *image = argv[argc - 1];
  int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  if (kvm < 0) return fail("/dev/kvm");
  int vm = ioctl(kvm, KVM_CREATE_VM, 0);
  if (vm < 0) return fail("KVM_CREATE_VM");
  unsigned char *ram = mmap(NULL, MEM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int file = open(image, O_RDONLY);
  if (file < 0 || read(file, ram, MEM_SIZE) < 0) return fail(image);
  struct kvm_userspace_memory_region region = {.memory_size = MEM_SIZE, .userspace_addr = (unsigned long)ram};
  if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) < 0) return fail("KVM_SET_USER_MEMORY_REGION");
  int page = ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_COALESCED_MMIO);
  if (coalesced) {
    struct kvm_coalesced_mmio_zone zone = {.addr = PORT, .size = 1, .pio = 1};
    if (ioctl(vm, KVM_REGISTER_COALESCED_MMIO, &zone) < 0) return fail("KVM_REGISTER_COALESCED_MMIO");
  }
  int cpu = ioctl(vm, KVM_CREATE_VCPU, 0);
  if (cpu < 0) return fail("KVM_CREATE_VCPU");
  int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
  struct kvm_run *run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, cpu, 0);
  struct kvm_coalesced_mmio_ring *ring = (void *)((char *)run + page * 4096L);
  struct kvm_sregs sregs;
  ioctl(cpu, KVM_GET_SREGS, &sregs);
  sregs.cs.base = sregs.cs.selector = 0;
  ioctl(cpu, KVM_SET_SREGS, &sregs);
  struct kvm_regs regs = {.rip = 0, .rflags = 2};
  ioctl(cpu, KVM_SET_REGS, &regs);
  unsigned max = (4096 - sizeof *ring) / sizeof ring->coalesced_mmio[0];
  for (;;) {
    int result = ioctl(cpu, KVM_RUN, 0);
    if (coalesced) {
      while (ring->first != ring->last) {
        putchar_unlocked(ring->coalesced_mmio[ring->first].data[0]);
        __sync_synchronize();
        ring->first = (ring->first + 1) % max;
      }
    }
    if (result < 0) return fail("KVM_RUN");
    if (run->exit_reason == KVM_EXIT_HLT) break;
    if (run->exit_reason != KVM_EXIT_IO) {
      fprintf(stderr, "exit %u\n", run->exit_reason);
      return 1;
    }
    unsigned char *data = (unsigned char *)run + run->io.data_offset;
    if (run->io.port != PORT) continue;
    if (run->io.direction == KVM_EXIT_IO_OUT) {
      for (unsigned i = 0; i < run->io.count; i++) putchar_unlocked(data[i * run->io.size]);
    } else {
      memset(data, 0, (size_t)run->io.count * run->io.size);
    }
  }
  fflush(stdout);
  fputs("KVM_EXIT_HLT\n", stderr);
  return 0;
}
