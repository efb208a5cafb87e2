/*
 * A stand-in for NVIDIA's management library, for machines without a GPU. What it answers stands in the text file STATE,
 * which it reads at every call, one fact a line, numbers in decimal:
 *   device UUID TOTAL RESERVED FREE UTILISATION NAME
 *   process DEVICE LIST PID BYTES GPU_INSTANCE          (LIST: compute, graphics or mps; BYTES and GPU_INSTANCE -1: none)
 *   instance DEVICE UUID TOTAL RESERVED FREE GPU_INSTANCE
 *   busy DEVICE PID TIMESTAMP PERCENT
 *   error FUNCTION CODE        hang FUNCTION        stride BYTES        clears 1        refuses instances
 * Devices and instances are numbered in the order of their lines. A handle is 1 + its device's number, and for an
 * instance 1000 times one more than its number on top of that.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef STATE
#error "STATE names the file"
#endif

typedef unsigned long long u64;
typedef unsigned int u32;

enum { SUCCESS = 0, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7 };

static FILE *state(void) { return fopen(STATE, "r"); }

/* The code a function is to fail with; one that is to hang never comes back. */
static int verdict(const char *function) {
  char line[512], name[128];
  int code, result = SUCCESS;
  FILE *file = state();
  if (!file) return 999;
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "error %127s %d", name, &code) == 2 && !strcmp(name, function)) result = code;
    if (sscanf(line, "hang %127s", name) == 1 && !strcmp(name, function))
      for (;;) pause();
  }
  fclose(file);
  return result;
}
#define FAIL_AS_TOLD() do { int told = verdict(__func__); if (told) return told; } while (0)

static long setting(const char *format, long otherwise) {
  char line[512];
  long value;
  FILE *file = state();
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, format, &value) == 1) otherwise = value;
  if (file) fclose(file);
  return otherwise;
}

struct part { char uuid[96], name[96]; u64 total, reserved, free; u32 busy, instance; };

/* The part that a handle stands for; 0 when there is none. */
static int find(u64 handle, struct part *part) {
  char line[512];
  int device = -1, of, instance = -1, found = 0;
  int wanted = (int)(handle % 1000) - 1, cut = (int)(handle / 1000) - 1;
  FILE *file = state();
  memset(part, 0, sizeof *part);
  while (file && fgets(line, sizeof line, file)) {
    struct part p = {0};
    if (sscanf(line, "device %95s %llu %llu %llu %u %95[^\n]", p.uuid, &p.total, &p.reserved, &p.free, &p.busy, p.name) == 6) {
      if (++device == wanted && cut < 0) { *part = p; found = 1; }
    } else if (sscanf(line, "instance %d %95s %llu %llu %llu %u", &of, p.uuid, &p.total, &p.reserved, &p.free, &p.instance) == 6) {
      if (of == wanted && ++instance == cut) {
        *part = p;
        strcpy(part->name, "Stand-in MIG");
        found = 1;
      }
    }
  }
  if (file) fclose(file);
  return found;
}

static int count_of(const char *format, int device) {
  char line[512], word[96];
  int of, count = 0;
  FILE *file = state();
  while (file && fgets(line, sizeof line, file))
    if (device < 0 ? sscanf(line, format, word) == 1 : sscanf(line, format, &of) == 1 && of == device) count++;
  if (file) fclose(file);
  return count;
}

int nvmlInit_v2(void) { FAIL_AS_TOLD(); return SUCCESS; }

int nvmlDeviceGetCount_v2(u32 *count) { FAIL_AS_TOLD(); *count = count_of("device %95s", -1); return SUCCESS; }

int nvmlDeviceGetHandleByIndex_v2(u32 index, u64 *handle) { FAIL_AS_TOLD(); *handle = 1 + index; return SUCCESS; }

int nvmlDeviceGetName(u64 handle, char *text, u32 size) {
  struct part p;
  FAIL_AS_TOLD();
  if (!find(handle, &p)) return NOT_FOUND;
  snprintf(text, size, "%s", p.name);
  return SUCCESS;
}

int nvmlDeviceGetUUID(u64 handle, char *text, u32 size) {
  struct part p;
  FAIL_AS_TOLD();
  if (!find(handle, &p)) return NOT_FOUND;
  snprintf(text, size, "%s", p.uuid);
  return SUCCESS;
}

struct memory_v2 { u32 version; u64 total, reserved, free, used; };
struct memory { u64 total, free, used; };

#ifndef WITHOUT_MEMORY_V2
int nvmlDeviceGetMemoryInfo_v2(u64 handle, struct memory_v2 *memory) {
  struct part p;
  FAIL_AS_TOLD();
  if (memory->version != (sizeof *memory | 2 << 24)) return 25;
  if (!find(handle, &p)) return NOT_FOUND;
  memory->total = p.total, memory->reserved = p.reserved, memory->free = p.free;
  memory->used = p.total - p.reserved - p.free;
  return SUCCESS;
}
#endif

int nvmlDeviceGetMemoryInfo(u64 handle, struct memory *memory) {
  struct part p;
  FAIL_AS_TOLD();
  if (!find(handle, &p)) return NOT_FOUND;
  memory->total = p.total, memory->free = p.free, memory->used = p.total - p.free;
  return SUCCESS;
}

int nvmlDeviceGetUtilizationRates(u64 handle, u32 *rates) {
  struct part p;
  FAIL_AS_TOLD();
  if (!find(handle, &p)) return NOT_FOUND;
  rates[0] = p.busy, rates[1] = 0;
  return SUCCESS;
}

/* The rows of one list; of an instance those with its number. */
static int list(const char *wanted, u64 handle, u32 *count, unsigned char *rows, int stride) {
  char line[512], kind[32];
  int device, gpu_instance;
  u32 pid, room = *count, found = 0;
  long long bytes;
  struct part p;
  FILE *file;
  if (!find(handle, &p)) return NOT_FOUND;
  if (handle >= 1000 && count_of("refuses %95s", -1)) return 3;
  if (setting("clears %ld", 0) && rows) memset(rows, 0, (size_t)room * stride);
  file = state();
  while (file && fgets(line, sizeof line, file)) {
    u64 memory;
    u32 ids[2];
    if (sscanf(line, "process %d %31s %u %lld %d", &device, kind, &pid, &bytes, &gpu_instance) != 5) continue;
    if (strcmp(kind, wanted) || device != (int)(handle % 1000) - 1) continue;
    if (handle >= 1000 && gpu_instance != (int)p.instance) continue;
    if (found++ >= room) continue;
    memory = (u64)bytes, ids[0] = (u32)gpu_instance, ids[1] = gpu_instance < 0 ? 0xffffffffu : 0;
    unsigned char *row = rows + (size_t)(found - 1) * stride;
    memcpy(row, &pid, 4);
    memcpy(row + 8, &memory, 8);
    if (stride >= 24) memcpy(row + 16, ids, 8);
    if (stride >= 32) memset(row + 24, 0, 8);
  }
  if (file) fclose(file);
  *count = found;
  return found > room ? INSUFFICIENT_SIZE : SUCCESS;
}

#define LIST(kind, version, stride, word) \
  int nvmlDeviceGet##kind##RunningProcesses##version(u64 handle, u32 *count, unsigned char *rows) { \
    FAIL_AS_TOLD(); \
    return list(word, handle, count, rows, stride); \
  }
#ifndef WITHOUT_V3
LIST(Compute, _v3, (int)setting("stride %ld", 24), "compute")
LIST(Graphics, _v3, (int)setting("stride %ld", 24), "graphics")
LIST(MPSCompute, _v3, (int)setting("stride %ld", 24), "mps")
#endif
#ifndef WITHOUT_V2
LIST(Compute, _v2, 24, "compute")
LIST(Graphics, _v2, 24, "graphics")
#endif
LIST(Compute, , 16, "compute")
LIST(Graphics, , 16, "graphics")

struct utilization { u32 pid; u64 timestamp; u32 sm, memory, encoder, decoder; };

int nvmlDeviceGetProcessUtilization(u64 handle, struct utilization *rows, u32 *count, u64 since) {
  char line[512];
  int device;
  u32 room = *count, found = 0;
  FILE *file;
  FAIL_AS_TOLD();
  (void)since; /* Drivers were seen to give older samples than were asked for. */
  file = state();
  while (file && fgets(line, sizeof line, file)) {
    struct utilization row = {0};
    if (sscanf(line, "busy %d %u %llu %u", &device, &row.pid, &row.timestamp, &row.sm) != 4) continue;
    if (device == (int)(handle % 1000) - 1 && found++ < room) rows[found - 1] = row;
  }
  if (file) fclose(file);
  *count = found;
  return found > room ? INSUFFICIENT_SIZE : found ? SUCCESS : NOT_FOUND;
}

int nvmlDeviceGetMigMode(u64 handle, u32 *current, u32 *pending) {
  FAIL_AS_TOLD();
  *current = *pending = count_of("instance %d", (int)(handle % 1000) - 1) > 0;
  return SUCCESS;
}

int nvmlDeviceGetMaxMigDeviceCount(u64 handle, u32 *count) { FAIL_AS_TOLD(); (void)handle; *count = 7; return SUCCESS; }

int nvmlDeviceGetMigDeviceHandleByIndex(u64 handle, u32 index, u64 *found) {
  struct part p;
  FAIL_AS_TOLD();
  *found = handle + 1000 * (1 + (u64)index);
  return find(*found, &p) ? SUCCESS : NOT_FOUND;
}

int nvmlDeviceGetGpuInstanceId(u64 handle, u32 *id) {
  struct part p;
  FAIL_AS_TOLD();
  if (!find(handle, &p)) return NOT_FOUND;
  *id = p.instance;
  return SUCCESS;
}
