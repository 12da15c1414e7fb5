// abort() after output that is flushed: newlib ends with status 1.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  puts("about to abort");
  fflush(stdout);
  abort();
}
