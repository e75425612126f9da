#include "bus/secret.h"

#include "base/bytes.h"
#include "base/ensure.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

enum { HEX_KEY_LENGTH = 2 * MASTER_KEY_BYTES };

enum { LINE_LENGTH_MAX = HEX_KEY_LENGTH + 2 };

/* The one line of the file, of exactly `length` characters. */
static status_t read_line (const char *path, char *out, size_t length, fault_t *reterr)
{
    char line[LINE_LENGTH_MAX];
    int file = open (path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fault (reterr, STATUS_UNAVAILABLE, "SECRET_UNREADABLE", "cannot read the secret %s", path);
    struct stat info;
    bool exposed = fstat (file, &info) != 0 || (info.st_mode & S_IRWXO) != 0;
    ssize_t size = exposed ? -1 : read (file, line, length + 2); /* two more, to see that it ends there */
    close (file);
    if (exposed)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "SECRET_EXPOSED", "others may read %s: chmod o= it", path);
    bool whole = size == (ssize_t) length || (size == (ssize_t) length + 1 && line[length] == '\n');
    if (whole) {
        memcpy (out, line, length);
        out[length] = '\0';
    }
    sodium_memzero (line, sizeof line);
    return whole ? STATUS_OK
                 : fault (reterr, STATUS_INVALID_ARGUMENT, "SECRET_MALFORMED", "%s does not hold a secret", path);
}

static status_t write_line (const char *path, const char *text, fault_t *reterr)
{
    int file = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0 && errno == EEXIST)
        return fault (reterr, STATUS_ALREADY_EXISTS, "SECRET_EXISTS", "%s is there already", path);
    if (file < 0)
        return fault (reterr, STATUS_UNAVAILABLE, "SECRET_UNWRITABLE", "cannot write %s", path);
    bool written = write (file, text, strlen (text)) == (ssize_t) strlen (text) && write (file, "\n", 1) == 1;
    written = fsync (file) == 0 && written;
    written = close (file) == 0 && written;
    return written ? STATUS_OK : fault (reterr, STATUS_UNAVAILABLE, "SECRET_UNWRITABLE", "cannot write %s", path);
}

status_t secret_load (const char *path, keypair_t *ret_pair, fault_t *reterr)
{
    keypair_t pair;
    status_t status = read_line (path, pair.secret_key, sizeof pair.secret_key - 1, reterr);
    if (status != STATUS_OK)
        return status;
    if (zmq_curve_public (pair.public_key, pair.secret_key) != 0)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "SECRET_MALFORMED", "%s does not hold a CURVE key", path);
    *ret_pair = pair;
    return STATUS_OK;
}

status_t master_load (const char *path, uint8_t ret_key[MASTER_KEY_BYTES], fault_t *reterr)
{
    char text[HEX_KEY_LENGTH + 1];
    status_t status = read_line (path, text, HEX_KEY_LENGTH, reterr);
    if (status != STATUS_OK)
        return status;
    size_t size = 0;
    if (sodium_hex2bin (ret_key, MASTER_KEY_BYTES, text, HEX_KEY_LENGTH, NULL, &size, NULL) != 0 ||
        size != MASTER_KEY_BYTES)
        status = fault (reterr, STATUS_INVALID_ARGUMENT, "SECRET_MALFORMED", "%s does not hold a master key", path);
    sodium_memzero (text, sizeof text);
    return status;
}

status_t secret_create (const char *path, keypair_t *ret_pair, fault_t *reterr)
{
    keypair_t pair;
    ensure (zmq_curve_keypair (pair.public_key, pair.secret_key) == 0);
    status_t status = write_line (path, pair.secret_key, reterr);
    if (status == STATUS_OK && ret_pair)
        *ret_pair = pair;
    sodium_memzero (&pair, sizeof pair);
    return status;
}

status_t master_create (const char *path, fault_t *reterr)
{
    uint8_t key[MASTER_KEY_BYTES];
    char text[HEX_KEY_LENGTH + 1];
    randombytes_buf (key, sizeof key);
    hex_encode (bytes_of (key, sizeof key), text);
    status_t status = write_line (path, text, reterr);
    sodium_memzero (key, sizeof key);
    sodium_memzero (text, sizeof text);
    return status;
}
