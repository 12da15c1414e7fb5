// The C library at work: integers, floats, strings; ends with status 0.
#include <math.h>
#include <stdio.h>

int main(void) {
  volatile float two = 2.0f;
  volatile double third = 1.0 / 3.0;
  printf("hello, world\n");
  printf("%d %u %x %s %c\n", -42, 42u, 0xbeef, "text", 'c');
  printf("%.6f %.9g %e\n", (double)sqrtf(two), third, third * 1e-20);
  printf("%lld %llu\n", -1234567890123456789LL, 18446744073709551615ULL);
  return 0;
}
