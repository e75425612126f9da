#!/bin/sh
# Keys for the containers; runs inside the image as the compose file's `keys`, with the state directory at /state.
#
#   init            /state/keys/NAME.secret and NAME.master: one file per container that needs it
#                   /state/registry/registry: the key table, for all
#   list; revoke, rotate or retire NAME
#
# The key table has a directory of its own because a change replaces the file: a container that has the directory sees
# the new one within a second, where one that has the file alone would keep the old.
set -eu

state=/state
uid=10001 # of the image's user

init() {
    [ ! -e "$state/registry/registry" ] || { echo "keys: there are keys already" >&2; exit 1; }
    mkdir -p "$state/registry"
    fyr --keys "$state/keys" keys init --containers >/dev/null
    chmod 0700 "$state/keys"
    mv "$state/keys/registry" "$state/registry/registry"
    chown -R "$uid:$uid" "$state/keys" "$state/registry"
    echo "keys are made: each secret for its own container, the key table for all"
}

case ${1:-} in
init) init ;;
list | revoke | rotate | retire)
    fyr --keys "$state/keys" --registry "$state/registry/registry" keys "$@"
    chown -R "$uid:$uid" "$state/keys" "$state/registry"
    ;;
*)
    echo "usage: init | list | revoke NAME | rotate NAME | retire NAME" >&2
    exit 2
    ;;
esac
