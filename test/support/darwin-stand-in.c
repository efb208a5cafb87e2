/*
 * A stand-in for macOS's libSystem, for machines that are no Mac: only what darwin-calls.ts names, as xnu answers it. What
 * it answers stands in the text file STATE, which it reads at every call, one fact a line, numbers in decimal:
 *   process PID UID START_SECONDS START_MICROSECONDS THREADS FDS
 *   rusage PID USER_TICKS SYSTEM_TICKS RESIDENT FOOTPRINT PEAK WIRED PAGE_INS READ WRITTEN
 *   vm PID COMPRESSED GRAPHICS GRAPHICS_COMPRESSED
 *   path PID TEXT        argument PID TEXT        environment PID TEXT        (TEXT to the end of the line, or empty)
 *   me UID               whose the calls are; 501 unless it is said
 *   tbfrequency HZ       24000000 unless it is said; 0 for none
 *   rusages FLAVOR       the newest one that this kernel knows; 6 unless it is said
 *   opens COUNT          descriptors that every process opens between the guess of how many there are and their list
 *   revision WORDS       how much of task_vm_info this kernel knows; 93 words unless it is said
 *   self WHAT NUMBER     what it says of the process that calls, in place of the truth: pid, resident, footprint, ticks, size
 *   error FUNCTION ERRNO        hang FUNCTION PID        crash FUNCTION PID
 * Name ports are counted in the file STATE.ports: how many were ever given out, and how many are not given back.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#ifndef STATE
#error "STATE names the file"
#endif

typedef uint64_t u64;
typedef uint32_t u32;
typedef unsigned long long llu;

/* Of macOS; those up to 34 are Linux's, too. */
enum { KERN_SUCCESS = 0, KERN_INVALID_ARGUMENT = 4, KERN_FAILURE = 5 };

/* bsd/sys/proc_info.h */
struct proc_bsdinfo {
  u32 flags, status, xstatus, pid, ppid, uid, gid, ruid, rgid, svuid, svgid, rfu_1;
  char comm[16], name[32];
  u32 nfiles, pgid, pjobc, tdev, tpgid;
  int32_t nice;
  u64 start_tvsec, start_tvusec;
};
struct proc_taskinfo {
  u64 virtual_size, resident_size, total_user, total_system, threads_user, threads_system;
  int32_t policy, faults, pageins, cow_faults, messages_sent, messages_received, syscalls_mach, syscalls_unix, csw,
      threadnum, numrunning, priority;
};
struct proc_taskallinfo { struct proc_bsdinfo pbsd; struct proc_taskinfo ptinfo; };
struct proc_fdinfo { int32_t fd; u32 fdtype; };

/* bsd/sys/resource.h; version 4 ends before the flags. */
struct rusage_info {
  uint8_t uuid[16];
  u64 user_time, system_time, pkg_idle_wkups, interrupt_wkups, pageins, wired_size, resident_size, phys_footprint,
      proc_start_abstime, proc_exit_abstime, child_user_time, child_system_time, child_pkg_idle_wkups,
      child_interrupt_wkups, child_pageins, child_elapsed_abstime, diskio_bytesread, diskio_byteswritten, cpu_time_qos[7],
      billed_system_time, serviced_system_time, logical_writes, lifetime_max_phys_footprint, instructions, cycles,
      billed_energy, serviced_energy, interval_max_phys_footprint, runnable_time, flags, user_ptime, system_ptime,
      pinstructions, pcycles, energy_nj, penergy_nj, secure_time_in_system, secure_ptime_in_system, neural_footprint,
      lifetime_max_neural_footprint, interval_max_neural_footprint, reserved[9];
};
enum { V4_SIZE = 296 };

/* osfmk/mach/task_info.h, which packs it. */
#pragma pack(push, 4)
struct task_vm_info {
  u64 virtual_size;
  int32_t region_count, page_size;
  u64 resident_size, resident_size_peak, device, device_peak, internal, internal_peak, external, external_peak, reusable,
      reusable_peak, purgeable_volatile_pmap, purgeable_volatile_resident, purgeable_volatile_virtual, compressed,
      compressed_peak, compressed_lifetime, phys_footprint, min_address, max_address;
  int64_t phys_footprint_peak, purgeable[4], network[4], media[4], graphics_footprint, graphics_footprint_compressed,
      graphics_nofootprint, graphics_nofootprint_compressed, neural[4];
  u64 limit_bytes_remaining;
  int32_t decompressions;
  int64_t swapins, neural_nofootprint_total, neural_nofootprint_peak;
};
#pragma pack(pop)

_Static_assert(sizeof(struct proc_bsdinfo) == 136, "proc_bsdinfo");
_Static_assert(sizeof(struct proc_taskallinfo) == 232, "proc_taskallinfo");
_Static_assert(sizeof(struct proc_fdinfo) == 8, "proc_fdinfo");
_Static_assert(sizeof(struct rusage_info) == 464, "rusage_info_v6");
_Static_assert(__builtin_offsetof(struct rusage_info, flags) == V4_SIZE, "rusage_info_v4");
_Static_assert(sizeof(struct task_vm_info) == 372, "task_vm_info");

/* The first line of these words that fits; what follows them goes into `rest`. */
static int fact(const char *kind, const char *key, int index, char *rest, size_t size) {
  char line[4096], head[160];
  int found = 0;
  FILE *file = fopen(STATE, "r");
  snprintf(head, sizeof head, "%s %s", kind, key);
  while (file && !found && fgets(line, sizeof line, file)) {
    size_t length = strlen(head);
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, head, length) || (line[length] && line[length] != ' ')) continue;
    if (index-- > 0) continue;
    snprintf(rest, size, "%s", line[length] ? line + length + 1 : "");
    found = 1;
  }
  if (file) fclose(file);
  return found;
}

static int fact_of(const char *kind, long key, int index, char *rest, size_t size) {
  char text[32];
  snprintf(text, sizeof text, "%ld", key);
  return fact(kind, text, index, rest, size);
}

/* A fact that has no key: the number itself. */
static u64 setting(const char *kind, u64 otherwise) {
  char line[256], word[64];
  llu value;
  FILE *file = fopen(STATE, "r");
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "%63s %llu", word, &value) == 2 && !strcmp(word, kind)) otherwise = value;
  if (file) fclose(file);
  return otherwise;
}

static u64 of_self(const char *what, u64 otherwise) {
  char rest[64];
  return fact("self", what, 0, rest, sizeof rest) ? strtoull(rest, 0, 10) : otherwise;
}

/* The errno that a function is to fail with; one that is to hang or crash never comes back. */
static int verdict(const char *function, int pid) {
  char rest[64];
  if (fact("hang", function, 0, rest, sizeof rest) && atoi(rest) == pid)
    for (;;) pause();
  if (fact("crash", function, 0, rest, sizeof rest) && atoi(rest) == pid) *(volatile int *)8 = 1;
  return fact("error", function, 0, rest, sizeof rest) ? atoi(rest) : 0;
}

struct process { llu uid, seconds, micros, threads, fds; };

/* Who is asked after, as far as whoever calls may know; else what errno says. */
static int find(int pid, struct process *p) {
  char rest[256];
  llu me = setting("me", 501);
  memset(p, 0, sizeof *p);
  if (pid == getpid()) {
    p->uid = me, p->seconds = 1800000000, p->micros = 250000, p->threads = 7, p->fds = 3;
    return 0;
  }
  if (!fact_of("process", pid, 0, rest, sizeof rest)) return ESRCH;
  sscanf(rest, "%llu %llu %llu %llu %llu", &p->uid, &p->seconds, &p->micros, &p->threads, &p->fds);
  return me == 0 || me == p->uid ? 0 : EPERM;
}

static void fill_bsd(int pid, const struct process *p, struct proc_bsdinfo *info) {
  memset(info, 0, sizeof *info);
  info->pid = pid == getpid() ? (u32)of_self("pid", (u64)pid) : (u32)pid;
  info->status = 2, info->ppid = 1, info->uid = info->ruid = info->svuid = (u32)p->uid, info->nfiles = 256;
  info->start_tvsec = p->seconds, info->start_tvusec = p->micros;
  strcpy(info->comm, "python3.13");
}

/* As libproc does, 0 stands for an error. */
int proc_pidinfo(int pid, int flavor, u64 arg, void *buffer, int size) {
  struct process p;
  struct proc_taskallinfo all;
  int told = verdict("proc_pidinfo", pid), refused = find(pid, &p);
  (void)arg;
  if (told || refused) { errno = refused ? refused : told; return 0; }
  fill_bsd(pid, &p, &all.pbsd);
  memset(&all.ptinfo, 0, sizeof all.ptinfo);
  all.ptinfo.threadnum = (int32_t)p.threads;
  if (flavor == 1) {
    u32 most = (u32)size / 8, open = (u32)(p.fds + setting("opens", 0)), count = open < most ? open : most;
    if (!buffer) return (int)(p.fds + 20) * 8;
    for (u32 at = 0; at < count; at++) ((struct proc_fdinfo *)buffer)[at] = (struct proc_fdinfo){(int32_t)at, 1};
    return (int)count * 8;
  }
  int wanted = flavor == 2 ? sizeof all : flavor == 3 ? sizeof all.pbsd : 0;
  if (!wanted) { errno = EINVAL; return 0; }
  if (size < wanted) { errno = ENOMEM; return 0; }
  memcpy(buffer, &all, (size_t)wanted);
  return pid == getpid() ? (int)of_self("size", (u64)wanted) : wanted;
}

static u64 own_ticks(struct timeval time, u64 per_second) {
  return ((u64)time.tv_sec * 1000000 + (u64)time.tv_usec) * per_second / 1000000;
}

static void fill_self(struct rusage_info *info) {
  struct rusage usage;
  unsigned long pages = 0;
  u64 ticks;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%*u %lu", &pages) != 1) pages = 0;
  if (file) fclose(file);
  getrusage(RUSAGE_SELF, &usage);
  ticks = setting("tbfrequency", 24000000);
  info->user_time = of_self("ticks", own_ticks(usage.ru_utime, ticks));
  info->system_time = own_ticks(usage.ru_stime, ticks);
  info->resident_size = of_self("resident", (u64)pages * (u64)sysconf(_SC_PAGESIZE));
  info->phys_footprint = of_self("footprint", (u64)pages * (u64)sysconf(_SC_PAGESIZE));
}

int proc_pid_rusage(int pid, int flavor, void *buffer) {
  struct process p;
  struct rusage_info info;
  char rest[512];
  llu n[9] = {0};
  int told = verdict("proc_pid_rusage", pid), refused;
  /* The flavor is looked at first. */
  if ((flavor != 4 && flavor != 6) || flavor > (int)setting("rusages", 6)) { errno = EINVAL; return -1; }
  refused = find(pid, &p);
  if (told || refused) { errno = refused ? refused : told; return -1; }
  memset(&info, 0, sizeof info);
  if (pid == getpid()) fill_self(&info);
  else if (fact_of("rusage", pid, 0, rest, sizeof rest)) {
    sscanf(rest, "%llu %llu %llu %llu %llu %llu %llu %llu %llu", n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 8);
    info.user_time = n[0], info.system_time = n[1], info.resident_size = n[2], info.phys_footprint = n[3];
    info.lifetime_max_phys_footprint = n[4], info.wired_size = n[5], info.pageins = n[6];
    info.diskio_bytesread = n[7], info.diskio_byteswritten = n[8];
  }
  memcpy(buffer, &info, flavor == 4 ? V4_SIZE : sizeof info);
  return 0;
}

int sysctlbyname(const char *name, void *old, size_t *length, void *new, size_t new_length) {
  u64 hz = setting("tbfrequency", 24000000);
  int32_t most = 1024 * 1024, told = verdict(name, 0);
  (void)new, (void)new_length;
  if (told) { errno = told; return -1; }
  if (!strcmp(name, "hw.tbfrequency") && hz) { memcpy(old, &hz, *length = sizeof hz); return 0; }
  if (!strcmp(name, "kern.argmax")) { memcpy(old, &most, *length = sizeof most); return 0; }
  errno = ENOENT;
  return -1;
}

/* Says 1/1 to whoever runs under Rosetta: nobody is to ask it. */
int mach_timebase_info(u32 *info) { info[0] = info[1] = 1; return KERN_SUCCESS; }

int sysctl(int *name, u32 words, void *old, size_t *length, void *new, size_t new_length) {
  struct process p;
  char text[4096];
  size_t at = 4;
  int32_t count = 0;
  char *bytes = old;
  (void)new, (void)new_length;
  if (words != 3 || name[0] != 1 || name[1] != 49) { errno = ENOENT; return -1; }
  int told = verdict("sysctl", name[2]);
  if (told || find(name[2], &p)) { errno = told ? told : EINVAL; return -1; }
  if (!fact_of("path", name[2], 0, text, sizeof text)) { errno = EIO; return -1; }
  if (*length < 3 * sizeof text) { errno = ENOMEM; return -1; }
  strcpy(bytes + at, text);
  at += strlen(text) + 1;
  while ((at - 4) % 8) bytes[at++] = 0;
  for (; fact_of("argument", name[2], count, text, sizeof text); count++) strcpy(bytes + at, text), at += strlen(text) + 1;
  for (int next = 0; fact_of("environment", name[2], next, text, sizeof text); next++)
    strcpy(bytes + at, text), at += strlen(text) + 1;
  memcpy(bytes, &count, 4);
  *length = at;
  return 0;
}

/* Right of a task's own port, and names of others': 10000 and the pid. */
static u32 given, live[65536];
u32 mach_task_self(void) { return 259; }

static void count_ports(void) {
  u32 left = 0;
  FILE *file = fopen(STATE ".ports", "w");
  for (u32 at = 0; at < 65536; at++) left += live[at];
  if (file) fprintf(file, "%u %u\n", given, left), fclose(file);
}

int task_name_for_pid(u32 self, int pid, u32 *port) {
  struct process p;
  int told = verdict("task_name_for_pid", pid);
  *port = 0;
  if (self != 259) return KERN_INVALID_ARGUMENT;
  if (told || find(pid, &p)) return KERN_FAILURE;
  *port = 10000 + (u32)pid % 50000;
  given++, live[*port]++;
  count_ports();
  return KERN_SUCCESS;
}

int mach_port_deallocate(u32 self, u32 port) {
  if (self != 259 || port >= 65536 || !live[port]) return KERN_INVALID_ARGUMENT;
  live[port]--;
  count_ports();
  return KERN_SUCCESS;
}

int task_info(u32 port, u32 flavor, void *buffer, u32 *words) {
  struct task_vm_info info;
  char rest[256];
  llu compressed = 0;
  long long graphics = 0, graphics_compressed = 0;
  int pid = (int)port - 10000, told = verdict("task_info", pid);
  u32 known = (u32)setting("revision", 93);
  if (told) return told;
  if (flavor != 22 || port >= 65536 || !live[port]) return KERN_INVALID_ARGUMENT;
  memset(&info, 0, sizeof info);
  if (fact_of("vm", pid, 0, rest, sizeof rest))
    sscanf(rest, "%llu %lld %lld", &compressed, &graphics, &graphics_compressed);
  info.compressed = compressed;
  info.graphics_footprint = graphics, info.graphics_footprint_compressed = graphics_compressed;
  if (*words > known) *words = known;
  memcpy(buffer, &info, *words * 4);
  return KERN_SUCCESS;
}
