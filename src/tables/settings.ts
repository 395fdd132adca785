/**
 * Settings of our own transaction only (SET LOCAL). What each is worth is measured by the bench's row `scan` ("the pass with the server's own
 * settings", bench/README.md): no sort, because sorting text keys is what a grouped scan would cost; no JIT, because compiling takes longer than it saves;
 * memory for the hash table of groups; and parallel workers even where the planner thinks they do not pay. Not for speed, but so that rows
 * are met in the same order in every check and the same ones become examples: no scan begins where another session's has just been.
 */
export const SCAN_SETTINGS = `
  set local enable_sort = off; set local jit = off; set local work_mem = '32MB';
  set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0.001;
  set local synchronize_seqscans = off`;
