/* What a step has to say, gathered until it may be said; and the memory that it hangs on. */
#include "node/internal.h"

#include "base/ensure.h"
#include "wire/message.h"

#include <stdlib.h>
#include <string.h>

bytes_t node_copy (node_t *self, bytes_t bytes)
{
    uint8_t *copy = arena_alloc (self->arena, bytes.size ? bytes.size : 1);
    ensure (copy);
    if (bytes.size)
        memcpy (copy, bytes.data, bytes.size);
    return bytes_of (copy, bytes.size);
}

const char *node_copy_text (node_t *self, const char *text)
{
    return (const char *) node_copy (self, bytes_of (text, strlen (text) + 1)).data;
}

bytes_t node_pack (node_t *self, const ProtobufCMessage *message)
{
    buffer_rewind (&self->scratch);
    message_pack (message, &self->scratch);
    ensure (!self->scratch.overflowed);
    return node_copy (self, buffer_bytes (&self->scratch));
}

output_t *node_output (node_t *self, output_kind_t kind)
{
    if (self->n_outputs == self->outputs_capacity) {
        self->outputs_capacity = self->outputs_capacity ? self->outputs_capacity * 2 : 64;
        self->outputs = realloc (self->outputs, self->outputs_capacity * sizeof *self->outputs);
        ensure (self->outputs);
    }
    output_t *output = &self->outputs[self->n_outputs++];
    *output = (output_t){ .kind = kind };
    return output;
}

void node_note (node_t *self, const char *what, const char *method, const char *peer, const fault_t *why)
{
    node_output (self, OUTPUT_NOTE)->note = (note_t){
        .what = what,
        .method = node_copy_text (self, method),
        .peer = node_copy_text (self, peer),
        .status = why->status,
        .reason = node_copy_text (self, why->reason),
        .message = node_copy_text (self, why->message),
    };
}
