/* The nearest of many targets from every node: Dijkstra's algorithm with a binary heap whose stale entries are skipped.
   A plain kernel to measure the search of lifecircle against; seconds come in filled with the targets' own, or infinite. */
#include <stdint.h>
#include <stdlib.h>

typedef struct { double seconds; int32_t node; } Entry;

static void sink(Entry *heap, int64_t size, int64_t at, Entry entry) {
    for (;;) {
        int64_t child = 2 * at + 1;
        if (child >= size) break;
        if (child + 1 < size && heap[child + 1].seconds < heap[child].seconds) child++;
        if (heap[child].seconds >= entry.seconds) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = entry;
}

static void rise(Entry *heap, int64_t at, Entry entry) {
    while (at > 0 && heap[(at - 1) / 2].seconds > entry.seconds) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = entry;
}

void nearest(const int64_t *start, const int32_t *head, const double *arc_s, int64_t seeds, const int32_t *seed,
             double *seconds, int32_t *label, int64_t arcs) {
    Entry *heap = malloc((arcs + seeds + 1) * sizeof(Entry));
    int64_t size = 0;
    for (int64_t i = 0; i < seeds; i++) rise(heap, size++, (Entry){seconds[seed[i]], seed[i]});
    while (size) {
        Entry nearest = heap[0];
        Entry last = heap[--size];
        if (size) sink(heap, size, 0, last);
        if (nearest.seconds > seconds[nearest.node]) continue;
        for (int64_t arc = start[nearest.node]; arc < start[nearest.node + 1]; arc++) {
            double arrival = nearest.seconds + arc_s[arc];
            if (arrival < seconds[head[arc]]) {
                seconds[head[arc]] = arrival;
                label[head[arc]] = label[nearest.node];
                rise(heap, size++, (Entry){arrival, head[arc]});
            }
        }
    }
    free(heap);
}
