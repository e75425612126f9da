#include "raw.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

enum { KEY = 32, MAC = crypto_box_MACBYTES, FRAME_MAX = 70000, WAIT_MS = 5000, COMMAND = 4, LONG = 2 };

int raw_dial (const char *endpoint)
{
    const char *port = strrchr (endpoint, ':') + 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) strtoul (port, NULL, 10)) };
    address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    int file = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file >= 0 && connect (file, (struct sockaddr *) &address, sizeof address) == 0)
        return file;
    if (file >= 0)
        close (file);
    return -1;
}

/* --- bytes and frames --- */

static bool write_all (int file, const void *bytes, size_t size)
{
    for (const uint8_t *at = bytes; size > 0;) {
        ssize_t done = send (file, at, size, MSG_NOSIGNAL);
        if (done <= 0)
            return false;
        at += done;
        size -= (size_t) done;
    }
    return true;
}

static bool read_all (int file, void *bytes, size_t size)
{
    for (uint8_t *at = bytes; size > 0;) {
        struct pollfd item = { .fd = file, .events = POLLIN };
        ssize_t done = poll (&item, 1, WAIT_MS) == 1 ? recv (file, at, size, 0) : 0;
        if (done <= 0)
            return false;
        at += done;
        size -= (size_t) done;
    }
    return true;
}

static bool write_frame (int file, uint8_t flags, const void *bytes, size_t size)
{
    uint8_t head[9] = { (uint8_t) (flags | LONG) };
    for (int i = 0; i < 8; i++)
        head[1 + i] = (uint8_t) ((uint64_t) size >> (56 - 8 * i));
    if (size > 255)
        return write_all (file, head, 9) && write_all (file, bytes, size);
    uint8_t brief[2] = { flags, (uint8_t) size };
    return write_all (file, brief, 2) && write_all (file, bytes, size);
}

/* Frames of a handshake are short. */
static bool read_frame (int file, uint8_t out[256], size_t *ret_size)
{
    uint8_t head[2];
    if (!read_all (file, head, 2) || head[0] != COMMAND)
        return false;
    *ret_size = head[1];
    return read_all (file, out, head[1]);
}

/* --- CURVE --- */

typedef struct {
    uint8_t own_public[KEY], own_secret[KEY];     /* ours in the key table */
    uint8_t brief_public[KEY], brief_secret[KEY]; /* ours for this connection */
    uint8_t server[KEY], server_brief[KEY];
    uint8_t cookie[96];
} handshake_t;

static void name_nonce (uint8_t out[24], const char *prefix, uint64_t number)
{
    memset (out, 0, 24);
    memcpy (out, prefix, strlen (prefix));
    for (int i = 0; i < 8; i++)
        out[16 + i] = (uint8_t) (number >> (56 - 8 * i));
}

static bool say_hello (int file, handshake_t *keys)
{
    uint8_t hello[200] = "\x05HELLO\x01", nonce[24];
    static const uint8_t ZEROS[64];
    memcpy (hello + 80, keys->brief_public, KEY);
    name_nonce (nonce, "CurveZMQHELLO---", 1);
    memcpy (hello + 112, nonce + 16, 8);
    return crypto_box_easy (hello + 120, ZEROS, sizeof ZEROS, nonce, keys->server, keys->brief_secret) == 0 &&
           write_frame (file, COMMAND, hello, sizeof hello);
}

static bool hear_welcome (int file, handshake_t *keys)
{
    uint8_t welcome[256], nonce[24] = "WELCOME-", plain[128];
    size_t size = 0;
    if (!read_frame (file, welcome, &size) || size != 168)
        return false;
    memcpy (nonce + 8, welcome + 8, 16);
    if (crypto_box_open_easy (plain, welcome + 24, 144, nonce, keys->server, keys->brief_secret) != 0)
        return false;
    memcpy (keys->server_brief, plain, KEY);
    memcpy (keys->cookie, plain + KEY, sizeof keys->cookie);
    return true;
}

/* Who we are, a vouch of our lasting key for the brief one, and that we are a DEALER. */
static bool introduce_ourselves (int file, handshake_t *keys)
{
    static const uint8_t WHAT[] = "\x0bSocket-Type\x00\x00\x00\x06"
                                  "DEALER";
    enum { PLAIN = KEY + 16 + 64 + MAC + sizeof WHAT - 1 };
    uint8_t plain[PLAIN], both[64], nonce[24] = "VOUCH---", initiate[113 + PLAIN + MAC] = "\x08INITIATE";
    memcpy (plain, keys->own_public, KEY);
    randombytes_buf (nonce + 8, 16);
    memcpy (plain + KEY, nonce + 8, 16);
    memcpy (both, keys->brief_public, KEY);
    memcpy (both + KEY, keys->server, KEY);
    bool sealed =
        crypto_box_easy (plain + KEY + 16, both, sizeof both, nonce, keys->server_brief, keys->own_secret) == 0;
    memcpy (plain + PLAIN - (sizeof WHAT - 1), WHAT, sizeof WHAT - 1);
    memcpy (initiate + 9, keys->cookie, sizeof keys->cookie);
    name_nonce (nonce, "CurveZMQINITIATE", 2);
    memcpy (initiate + 105, nonce + 16, 8);
    return sealed &&
           crypto_box_easy (initiate + 113, plain, PLAIN, nonce, keys->server_brief, keys->brief_secret) == 0 &&
           write_frame (file, COMMAND, initiate, sizeof initiate);
}

static bool shake_hands (raw_t *self, handshake_t *keys)
{
    static const uint8_t GREETING[64] = { 0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1, 'C', 'U', 'R', 'V', 'E' };
    uint8_t theirs[256];
    size_t size = 0;
    return write_all (self->file, GREETING, sizeof GREETING) && read_all (self->file, theirs, sizeof GREETING) &&
           say_hello (self->file, keys) && hear_welcome (self->file, keys) && introduce_ourselves (self->file, keys) &&
           read_frame (self->file, theirs, &size) && memcmp (theirs, "\x05READY", 6) == 0 &&
           crypto_box_beforenm (self->shared, keys->server_brief, keys->brief_secret) == 0;
}

bool raw_open (raw_t *self, const target_t *target)
{
    handshake_t keys = { 0 };
    zmq_z85_decode (keys.own_public, target->own.public_key);
    zmq_z85_decode (keys.own_secret, target->own.secret_key);
    zmq_z85_decode (keys.server, target->service.public_key);
    crypto_box_keypair (keys.brief_public, keys.brief_secret);
    *self = (raw_t){ .file = raw_dial (target->service.requests), .nonce = 2 };
    return self->file >= 0 && shake_hands (self, &keys);
}

bool raw_send (raw_t *self, const void *bytes, size_t size, bool more)
{
    static uint8_t plain[FRAME_MAX], sealed[FRAME_MAX] = "\x07MESSAGE";
    uint8_t nonce[24];
    if (size + 100 > FRAME_MAX)
        return false;
    plain[0] = more;
    memcpy (plain + 1, bytes, size);
    name_nonce (nonce, "CurveZMQMESSAGEC", ++self->nonce);
    memcpy (sealed + 8, nonce + 16, 8);
    return crypto_box_easy_afternm (sealed + 16, plain, size + 1, nonce, self->shared) == 0 &&
           write_frame (self->file, 0, sealed, 16 + MAC + size + 1);
}
