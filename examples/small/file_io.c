// Files, time and arguments of the host, through newlib and semihosting.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char kName[] = "sramscope_file_io.tmp";

static int fail(const char* what) {
  printf("failed: %s\n", what);
  return 1;
}

static int write_file(void) {
  FILE* file = fopen(kName, "wb");
  if (file == NULL) return fail("open for writing");
  int bad = 0;
  for (int line = 0; line < 100; ++line) bad |= fprintf(file, "line %d\n", line) < 0;
  bad |= fclose(file) != 0;
  return bad ? fail("write") : 0;
}

static int read_file(void) {
  FILE* file = fopen(kName, "rb");
  if (file == NULL) return fail("open for reading");
  char text[32];
  int lines = 0;
  while (fgets(text, sizeof text, file) != NULL) ++lines;
  fseek(file, 0, SEEK_END);
  const long size = ftell(file);
  fseek(file, 7, SEEK_SET);
  const size_t got = fread(text, 1, 6, file);
  fclose(file);
  printf("%d lines, %ld bytes, bytes 7 to 12 \"%.*s\"\n", lines, size, (int)got, text);
  return lines == 100 && size == 790 && memcmp(text, "line 1", 6) == 0 ? 0 : fail("contents");
}

int main(int argc, char** argv) {
  const clock_t begin = clock();
  for (int i = 1; i < argc; ++i) printf("argument %d: %s\n", i, argv[i]);
  if (write_file() != 0 || read_file() != 0) return 1;
  if (remove(kName) != 0) return fail("remove");
  if (fopen(kName, "rb") != NULL) return fail("the file is still there");
  if (clock() < begin) return fail("time runs backwards");
  puts("ok");
  return 0;
}
