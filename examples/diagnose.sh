#!/bin/sh
# A DR site whose servers answer ARP for the VIP, and what `diagnose` says of it. The bench builds the site with that
# mistake in it; its captures and rules stand for those of a real site. Run it as root, from anywhere.
set -eu
lab=$(cd "$(dirname "$0")/.." && pwd -P)/bin/lvs-lab
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# Exit code 1: the bench itself names the mistake too.
"$lab" bench --mode dr --grep dr/request --break dr-arp --out "$results" >/dev/null || [ $? -eq 1 ]

site=$results/latest/dr-rr
"$lab" diagnose --rules "$site/rules" \
  --pcap director="$site/captures/director-eth0.pcap" \
  --pcap 10.0.2.11="$site/captures/rs1-eth0.pcap" || [ $? -eq 1 ]
