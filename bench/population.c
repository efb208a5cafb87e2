/*
 * The processes of the exporter bench: pause() and nothing else, so that what is measured is the looking.
 *
 *   population fill COUNT          COUNT idle children, which stay
 *   population mlx COUNT MODELS    COUNT children with the command line of an MLX server, over MODELS models
 *   population churn PER_SECOND TOTAL    so many children a second, each gone after a fifth of one; 0 for no end
 *
 * Each prints "ready" and lives until it is killed; churn with a TOTAL ends after it.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void rest(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) pause();
}

static pid_t born(void) {
  pid_t pid = fork();
  if (pid < 0) { perror("fork"); exit(1); }
  return pid;
}

static void pass(double seconds) {
  struct timespec time = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
  nanosleep(&time, NULL);
}

int main(int argc, char **argv) {
  if (strstr(argv[0], "python3")) rest();
  if (strcmp(argv[0], "short-lived") == 0) { pass(0.2); return 0; }
  if (argc < 3) { fprintf(stderr, "usage: population fill|mlx|churn …\n"); return 2; }
  int count = atoi(argv[2]);
  int second = argc > 3 ? atoi(argv[3]) : 0;
  if (strcmp(argv[1], "fill") == 0) {
    for (int i = 0; i < count; i++)
      if (born() == 0) { prctl(PR_SET_NAME, "filler"); rest(); }
  } else if (strcmp(argv[1], "mlx") == 0) {
    for (int i = 0; i < count; i++) {
      if (born() != 0) continue;
      char model[64], port[16];
      snprintf(model, sizeof model, "/srv/models/model-%d", i % second);
      snprintf(port, sizeof port, "%d", 20000 + i);
      execl("/proc/self/exe", "python3", "/opt/venv/bin/mlx_lm.server", "--model", model, "--port", port, (char *)NULL);
      _exit(1);
    }
    pass(0.2);
  } else if (strcmp(argv[1], "churn") == 0) {
    signal(SIGCHLD, SIG_IGN);
    puts("ready");
    fflush(stdout);
    for (int i = 0; second == 0 || i < second; i++) {
      if (born() == 0) { execl("/proc/self/exe", "short-lived", "--of-the-bench", (char *)NULL); _exit(1); }
      pass(1.0 / count);
    }
    while (wait(NULL) > 0) {}
    return 0;
  }
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
