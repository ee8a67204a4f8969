/* The C part of the kernel. main.s is what gcc makes of it, so that no compiler is needed to run the example:
   gcc -m32 -Os -ffreestanding -fno-pic -fno-asynchronous-unwind-tables -fno-stack-protector -fcf-protection=none -S main.c */

void putchar(int c);

extern const char kernel_start[], kernel_end[], bss_start[], bss_end[];

static const char *const names[] = {"zero", "one", "two", "three"};
static unsigned counters[4];
static int calls = 1;

static void print(const char *text) {
  while (*text) putchar(*text++);
}

static void print_number(unsigned n) {
  if (n >= 10) print_number(n / 10);
  putchar('0' + n % 10);
}

int main(void) {
  for (unsigned i = 0; i < 100; i++) counters[i * i % 4]++;
  for (int i = 0; i < 4; i++) {
    print(names[i]);
    print(": ");
    print_number(counters[i]);
    putchar('\n');
    calls++;
  }
  print("calls: ");
  print_number(calls);
  print((unsigned long)kernel_start == 0x100000 && bss_end - bss_start > 4096 ? "\nin place\n" : "\nmisplaced\n");
  return 0;
}
