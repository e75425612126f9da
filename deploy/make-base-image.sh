#!/bin/sh
# The image that ours are built on, where it cannot be pulled.
#
#   deploy/make-base-image.sh [NAME]        NAME: debian:bookworm-slim
#
# There already: nothing to do. A registry has it: it is pulled. Otherwise it is made with debootstrap from the Debian mirror
# that this machine is set up with, which takes root (debootstrap is installed when missing). PULL_SECONDS limits the pulling.
set -eu

name=${1:-debian:bookworm-slim}
suite=$(echo "$name" | sed 's/.*://; s/-slim$//')
pull_seconds=${PULL_SECONDS:-120}

say() {
    echo "make-base-image: $*" >&2
}

# "SITE RELEASE COMPONENT" per line, whichever of its formats apt's list of sources is written in.
apt_sources() {
    apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null | sort -u
}

# Empty where this machine has another Debian, or none: debootstrap then takes its own default.
mirror() {
    apt_sources | awk -v suite="$suite" '$2 == suite && $3 == "main" { print $1; exit }'
}

need_debootstrap() {
    command -v debootstrap >/dev/null && return
    say "installing debootstrap"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
}

# The updates of the suite too, and what keeps the layers that are built on it small.
configure_apt() {
    root=$1
    apt_sources | awk -v suite="$suite" '$3 == "main" && ($2 == suite || index($2, suite "-") == 1) {
        print "deb", $1, $2, $3 }' >"$root/etc/apt/sources.list.machine"
    if [ -s "$root/etc/apt/sources.list.machine" ]; then
        mv "$root/etc/apt/sources.list.machine" "$root/etc/apt/sources.list"
    else
        rm "$root/etc/apt/sources.list.machine"
    fi
    cat >"$root/etc/apt/apt.conf.d/lean" <<'END'
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
END
}

# What a container never reads; the licences of the packages stay.
slim() {
    root=$1
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/usr/share/man \
        "$root"/usr/share/info "$root"/usr/share/locale
    find "$root/usr/share/doc" -type f ! -name copyright -delete
    : >"$root/etc/resolv.conf"
    : >"$root/etc/hostname"
}

make_it() {
    root=$(mktemp -d)
    trap 'rm -rf "$root"' EXIT
    trap 'exit 1' INT TERM
    need_debootstrap
    say "making $name with debootstrap; this takes a minute or two"
    if ! debootstrap --variant=minbase "$suite" "$root" $(mirror) >"$root.log" 2>&1; then
        tail -n 20 "$root.log" >&2
        rm -f "$root.log"
        return 1
    fi
    rm -f "$root.log"
    configure_apt "$root"
    slim "$root"
    # No device files: every container gets its own /dev.
    tar -C "$root" --numeric-owner --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' -c . |
        docker import --change 'CMD ["bash"]' - "$name" >/dev/null
}

if docker image inspect "$name" >/dev/null 2>&1; then
    say "$name is there"
elif timeout "$pull_seconds" docker pull -q "$name" >/dev/null 2>&1; then
    say "$name is pulled"
elif [ "$(id -u)" = 0 ]; then
    make_it
    say "$name is made"
else
    say "$name cannot be pulled, and making it takes root"
    exit 1
fi
