#include "fuzz/scene.h"

enum { ACT_HEAD_SIZE = 4 };

scene_t scene_read (bytes_t bytes)
{
    scene_t self = { .count = 0 };
    while (bytes.size >= ACT_HEAD_SIZE && self.count < SCENE_ACTS_MAX) {
        size_t size = (size_t) bytes.data[2] | (size_t) bytes.data[3] << 8;
        size_t left = bytes.size - ACT_HEAD_SIZE;
        if (size > left)
            size = left;
        self.acts[self.count++] = (act_t){ .kind = bytes.data[0] % ACT_KINDS,
                                           .number = bytes.data[1],
                                           .bytes = bytes_of (bytes.data + ACT_HEAD_SIZE, size) };
        bytes = bytes_of (bytes.data + ACT_HEAD_SIZE + size, left - size);
    }
    return self;
}

void scene_write (const scene_t *self, buffer_t *out)
{
    for (size_t i = 0; i < self->count; i++) {
        const act_t *act = &self->acts[i];
        uint8_t head[ACT_HEAD_SIZE] = { (uint8_t) act->kind, act->number, (uint8_t) act->bytes.size,
                                        (uint8_t) (act->bytes.size >> 8) };
        buffer_append (out, head, sizeof head);
        buffer_append (out, act->bytes.data, act->bytes.size);
    }
}
