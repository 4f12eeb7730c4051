// The backend's interface to ggml: a device of type ACCEL, which ggml's scheduler
// asks before the CPU, and which works in the CPU's memory.
//
// The header with the backend interface is not installed by distributions. The
// layouts below are those of versions 2 and 3 of the interface
// (ggml/src/ggml-backend-impl.h, ggml 0.9 to 0.27), which agree in everything used
// here. With any other version the backend is not registered.
#include "accelerate.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { oldest_interface = 2, newest_interface = 3 };

struct backend_calls {
    const char *(*get_name)(ggml_backend_t);
    void (*free)(ggml_backend_t);
    void *async[5], *synchronize, *plans[4];
    enum ggml_status (*graph_compute)(ggml_backend_t, struct ggml_cgraph *);
    void *events[2], *optimize;
};

struct ggml_backend {
    ggml_guid_t guid;
    struct backend_calls calls;
    ggml_backend_dev_t device;
    void *context;
};

struct device_calls {
    const char *(*get_name)(ggml_backend_dev_t);
    const char *(*get_description)(ggml_backend_dev_t);
    void (*get_memory)(ggml_backend_dev_t, size_t *, size_t *);
    enum ggml_backend_dev_type (*get_type)(ggml_backend_dev_t);
    void (*get_props)(ggml_backend_dev_t, struct ggml_backend_dev_props *);
    ggml_backend_t (*init_backend)(ggml_backend_dev_t, const char *);
    ggml_backend_buffer_type_t (*get_buffer_type)(ggml_backend_dev_t);
    void *host_buffer_type, *buffer_from_pointer;
    bool (*supports_op)(ggml_backend_dev_t, const struct ggml_tensor *);
    bool (*supports_buft)(ggml_backend_dev_t, ggml_backend_buffer_type_t);
    void *offload, *events[3];
};

struct ggml_backend_device {
    struct device_calls calls;
    ggml_backend_reg_t registry;
    void *context;
};

struct ggml_backend_reg {
    int interface_version;
    struct {
        const char *(*get_name)(ggml_backend_reg_t);
        size_t (*get_device_count)(ggml_backend_reg_t);
        ggml_backend_dev_t (*get_device)(ggml_backend_reg_t, size_t);
        void *(*get_proc_address)(ggml_backend_reg_t, const char *);
    } calls;
    void *context;
};

void ggml_backend_register(ggml_backend_reg_t registry);

static bool is_view(enum ggml_op op) {
    return op == GGML_OP_NONE || op == GGML_OP_RESHAPE || op == GGML_OP_VIEW || op == GGML_OP_PERMUTE || op == GGML_OP_TRANSPOSE;
}

// used_later reports whether a node is an input of any node after the i-th.
static bool used_later(struct ggml_cgraph *graph, int i, const struct ggml_tensor *node) {
    for (int n = ggml_graph_n_nodes(graph), j = i + 1; j < n; j++) {
        const struct ggml_tensor *t = ggml_graph_node(graph, j);
        for (int s = 0; s < GGML_MAX_SRC; s++) {
            if (t->src[s] == node) {
                return true;
            }
        }
    }
    return false;
}

// attention_at reports whether the next three operations from node i on are
// attention, and stores their positions.
static bool attention_at(struct ggml_cgraph *graph, int i, int at[3]) {
    int found = 0;
    for (int n = ggml_graph_n_nodes(graph); i < n && found < 3; i++) {
        if (!is_view(ggml_graph_node(graph, i)->op)) {
            at[found++] = i;
        }
    }
    if (found < 3) {
        return false;
    }
    struct ggml_tensor *kq = ggml_graph_node(graph, at[0]), *softmax = ggml_graph_node(graph, at[1]);
    return vf_is_attention(kq, softmax, ggml_graph_node(graph, at[2])) && !used_later(graph, at[1], kq) && !used_later(graph, at[2], softmax);
}

static enum ggml_status compute(ggml_backend_t backend, struct ggml_cgraph *graph) {
    struct vf_workspace *w = backend->context;
    // OpenBLAS built for OpenMP uses as many threads as its caller may have. Here
    // the caller divides the work, and each product uses one thread.
    const int before = omp_get_max_threads();
    omp_set_num_threads(1);
    bool done = true;
    for (int i = 0, n = ggml_graph_n_nodes(graph); i < n && done; i++) {
        struct ggml_tensor *t = ggml_graph_node(graph, i);
        int at[3];
        if (t->op == GGML_OP_MUL_MAT && attention_at(graph, i, at)) {
            done = vf_attention(w, t, ggml_graph_node(graph, at[1]), ggml_graph_node(graph, at[2]));
            i = at[2];
        } else if (t->op == GGML_OP_MUL_MAT) {
            done = vf_multiply(w, t);
        } else if (t->op == GGML_OP_SOFT_MAX) {
            done = vf_softmax(w, t);
        }
    }
    omp_set_num_threads(before);
    return done ? GGML_STATUS_SUCCESS : GGML_STATUS_ALLOC_FAILED;
}

static struct ggml_backend_device device;
static struct ggml_backend_reg registry;

static const char *backend_name(ggml_backend_t backend) { return (void)backend, "OpenBLAS"; }

static void backend_free(ggml_backend_t backend) {
    struct vf_workspace *w = backend->context;
    free(w->floats);
    free(w);
    free(backend);
}

static void set_threads(ggml_backend_t backend, int threads) { ((struct vf_workspace *)backend->context)->threads = threads; }

static ggml_backend_t backend_new(ggml_backend_dev_t dev, const char *params) {
    (void)params;
    static ggml_guid guid = "VoiceFlow/blas/";
    struct ggml_backend *backend = calloc(1, sizeof *backend);
    struct vf_workspace *w = calloc(1, sizeof *w);
    if (!backend || !w) {
        free(backend);
        free(w);
        return NULL;
    }
    w->threads = 1;
    backend->guid = &guid;
    backend->calls = (struct backend_calls){.get_name = backend_name, .free = backend_free, .graph_compute = compute};
    backend->device = dev;
    backend->context = w;
    return backend;
}

static const char *device_name(ggml_backend_dev_t dev) { return (void)dev, "OpenBLAS"; }
static void device_memory(ggml_backend_dev_t dev, size_t *available, size_t *total) { (void)dev, *available = *total = 0; }
static enum ggml_backend_dev_type device_type(ggml_backend_dev_t dev) { return (void)dev, GGML_BACKEND_DEVICE_TYPE_ACCEL; }
static ggml_backend_buffer_type_t device_buffers(ggml_backend_dev_t dev) { return (void)dev, ggml_backend_cpu_buffer_type(); }
static bool device_reads(ggml_backend_dev_t dev, ggml_backend_buffer_type_t type) { return (void)dev, ggml_backend_buft_is_host(type); }

static void device_props(ggml_backend_dev_t dev, struct ggml_backend_dev_props *props) {
    memset(props, 0, sizeof *props);
    props->name = props->description = device_name(dev);
    props->type = device_type(dev);
}

static bool device_computes(ggml_backend_dev_t dev, const struct ggml_tensor *op) {
    (void)dev;
    return is_view(op->op) || (op->op == GGML_OP_MUL_MAT && vf_supports_multiply(op)) || (op->op == GGML_OP_SOFT_MAX && vf_supports_softmax(op));
}

static const char *registry_name(ggml_backend_reg_t reg) { return (void)reg, "OpenBLAS"; }
static size_t registry_count(ggml_backend_reg_t reg) { return (void)reg, 1; }
static ggml_backend_dev_t registry_device(ggml_backend_reg_t reg, size_t i) { return (void)reg, (void)i, &device; }

static void *registry_call(ggml_backend_reg_t reg, const char *name) {
    (void)reg;
    return strcmp(name, "ggml_backend_set_n_threads") ? NULL : (void *)set_threads;
}

char *vf_accelerate(const char *path) {
    if (registry.interface_version) {
        return NULL;
    }
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    const int version = cpu ? ggml_backend_dev_backend_reg(cpu)->interface_version : 0;
    if (version < oldest_interface || version > newest_interface) {
        return strdup("this version of ggml is not supported");
    }
    char *fault = vf_load_openblas(path);
    if (fault) {
        return fault;
    }
    device.calls = (struct device_calls){
        .get_name = device_name, .get_description = device_name, .get_memory = device_memory, .get_type = device_type,
        .get_props = device_props, .init_backend = backend_new, .get_buffer_type = device_buffers,
        .supports_op = device_computes, .supports_buft = device_reads,
    };
    device.registry = &registry;
    registry = (struct ggml_backend_reg){version, {registry_name, registry_count, registry_device, registry_call}, NULL};
    ggml_backend_register(&registry);
    return NULL;
}

bool vf_accelerated(void) { return registry.interface_version != 0; }
