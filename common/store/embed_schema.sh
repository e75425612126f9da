# Writes C that holds schema files as text: embed_schema.sh ROOM 001_a.sql 002_b.sql ... > schema.c
set -eu
room=$1
shift
echo '#include "store/store.h"'
echo "extern const migration_t ${room}_migrations[];"
echo "const migration_t ${room}_migrations[] = {"
number=0
for file in "$@"; do
    number=$((number + 1))
    name=$(basename "$file" .sql)
    case $name in
    "$(printf '%03d' "$number")"_*) ;;
    *) echo "$file: expected number $(printf '%03d' "$number")" >&2; exit 1 ;;
    esac
    echo "    { $number, \"$name\","
    # Comments and indentation stay in the file; the statements are what was applied.
    sed -e 's/--.*$//' -e 's/[[:space:]]*$//' -e '/^$/d' -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/      "/' -e 's/$/\\n"/' "$file"
    echo "    },"
done
echo "    { 0, 0, 0 }"
echo "};"
