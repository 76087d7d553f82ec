/* A stand-in for libnvidia-ml.so.1, loaded through the real pynvml.
 * FAKE_NVML_GPUS: how many; FAKE_NVML_LOST: index of one that fell off the bus; FAKE_NVML_PID: a process on GPU 0;
 * FAKE_NVML_HANG: a file whose existence makes every reading of memory hang. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OK 0
#define NOT_SUPPORTED 3
#define GPU_IS_LOST 15
#define INSUFFICIENT_SIZE 7

static int number(const char *name, int otherwise) {
    const char *text = getenv(name);
    return text ? atoi(text) : otherwise;
}
static int index_of(void *handle) { return (int)(long)handle - 1; }

int nvmlInitWithFlags(unsigned int flags) { (void)flags; return OK; }
int nvmlInit_v2(void) { return OK; }
const char *nvmlErrorString(int code) { (void)code; return "fake error"; }
int nvmlDeviceGetCount_v2(unsigned int *count) { *count = number("FAKE_NVML_GPUS", 2); return OK; }

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **handle) {
    if ((int)index == number("FAKE_NVML_LOST", -1)) return GPU_IS_LOST;
    *handle = (void *)(long)(index + 1);
    return OK;
}

typedef struct { unsigned long long total, free, used; } Memory;
int nvmlDeviceGetMemoryInfo(void *handle, Memory *memory) {
    const char *hang = getenv("FAKE_NVML_HANG");
    while (hang && access(hang, F_OK) == 0) usleep(20000);
    memory->total = 80ULL << 30;
    memory->used = (unsigned long long)(index_of(handle) + 1) << 30;
    memory->free = memory->total - memory->used;
    return OK;
}

int nvmlDeviceGetUUID(void *handle, char *uuid, unsigned int length) {
    snprintf(uuid, length, "GPU-fake-%d", index_of(handle));
    return OK;
}
int nvmlDeviceGetName(void *handle, char *name, unsigned int length) {
    (void)handle;
    snprintf(name, length, "NVIDIA Fake 80GB");
    return OK;
}

typedef struct { unsigned int gpu, memory; } Utilization;
int nvmlDeviceGetUtilizationRates(void *handle, Utilization *rates) {
    (void)handle;
    rates->gpu = 42;
    rates->memory = 7;
    return OK;
}
int nvmlDeviceGetTemperature(void *handle, int sensor, unsigned int *celsius) {
    (void)handle; (void)sensor;
    *celsius = 55;
    return OK;
}
int nvmlDeviceGetNumaNodeId(void *handle, unsigned int *node) { (void)handle; (void)node; return NOT_SUPPORTED; }

typedef struct { unsigned int pid; unsigned long long used; unsigned int gpu_instance, compute_instance; } Process;
int nvmlDeviceGetComputeRunningProcesses_v3(void *handle, unsigned int *count, Process *processes) {
    int pid = number("FAKE_NVML_PID", 0), wanted = index_of(handle) == 0 && pid ? 1 : 0;
    if ((int)*count < wanted) { *count = wanted; return INSUFFICIENT_SIZE; }
    *count = wanted;
    if (wanted) {
        memset(processes, 0, sizeof(*processes));
        processes[0].pid = pid;
        processes[0].used = 1ULL << 30;
    }
    return OK;
}
