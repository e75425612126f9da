/* zauth tells the server what a key's file says about the key. Here that is more than the 512 bytes it sets aside.
 * Built with the address sanitizer, and run in a directory of its own, by curve_truths.c. */
#include <czmq.h>

int main (void)
{
    char note[1200];
    memset (note, 'x', sizeof note - 1);
    note[sizeof note - 1] = '\0';
    zcert_t *key = zcert_new ();
    zcert_set_meta (key, "note", "%s", note);
    (void) zcert_save_public (key, "key.cert");

    zactor_t *guard = zactor_new (zauth, NULL);
    (void) zstr_sendx (guard, "CURVE", ".", NULL);
    (void) zsock_wait (guard);

    zcert_t *server_key = zcert_new ();
    zsock_t *server = zsock_new (ZMQ_ROUTER);
    zcert_apply (server_key, server);
    zsock_set_curve_server (server, 1);
    zsock_set_zap_domain (server, "truths");
    int port = zsock_bind (server, "tcp://127.0.0.1:*");

    zsock_t *client = zsock_new (ZMQ_DEALER);
    zcert_apply (key, client);
    zsock_set_curve_serverkey (client, zcert_public_txt (server_key));
    (void) zsock_connect (client, "tcp://127.0.0.1:%d", port);
    (void) zstr_send (client, "hello");

    zsock_set_rcvtimeo (server, 15000);
    zmsg_t *message = zmsg_recv (server);
    puts (message ? "survived" : "no message");
    return EXIT_SUCCESS;
}
