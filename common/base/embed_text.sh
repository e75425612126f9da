# Writes C that holds text files as they are: embed_text.sh SERVICE FILE... > text.c
set -eu
service=$1
shift
echo '#include "base/text.h"'
echo "extern const embedded_text_t ${service}_texts[];"
echo "const embedded_text_t ${service}_texts[] = {"
for file in "$@"; do
    echo "    { \"$(basename "$file")\","
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/      "/' -e 's/$/\\n"/' "$file"
    echo "    },"
done
echo "    { 0, 0 }"
echo "};"
