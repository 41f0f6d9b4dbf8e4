/** How `ipvsadm -L` and `-S` print. Of several formats the first that is set counts, in the order in which they stand. */
export interface ListFormat {
  /** As commands that make the same rules: `-S`. */
  rules?: boolean;
  stats?: boolean;
  rate?: boolean;
  thresholds?: boolean;
  persistentConnections?: boolean;
  tunnels?: boolean;
  /** Addresses and ports, not names. */
  numeric?: boolean;
  /** In the kernel's order. */
  unsorted?: boolean;
  /** Large numbers in full. */
  exact?: boolean;
}
