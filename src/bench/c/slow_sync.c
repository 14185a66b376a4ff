/* Preloaded into the stores: each sync takes SLOW_SYNC_MICROS longer, as on a network disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void delay(void) {
  const char *micros = getenv("SLOW_SYNC_MICROS");
  if (micros) usleep((useconds_t) atoi(micros));
}

int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
  delay();
  return real(fd);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
  delay();
  return real(fd);
}
