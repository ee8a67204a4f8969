/**
 * Process exit statuses of everything that runs a guest; one table, shown in docs/exit-statuses.md.
 * (v << 1) | 1, always odd, is the guest's own verdict through the debug-exit port; every failure of ours is even.
 * `as`, `objcopy`, `link`, `build` end in 0 or 1 as GNU's do; `test` in 0, 1 (failures) or 2 (nothing found).
 */
export const exitStatus = {
  /** The guest halted (KVM_EXIT_HLT) or powered itself off. */
  halted: 0,
  /** The source, image, options or /dev/kvm are wrong. */
  usage: 2,
  /** Triple fault: KVM_EXIT_SHUTDOWN. */
  shutdown: 64,
  /** KVM_EXIT_INTERNAL_ERROR, or an instruction that neither KVM nor the fix-ups emulate. */
  internalError: 66,
  /** KVM_EXIT_FAIL_ENTRY */
  failEntry: 68,
  /** Any exit reason that nothing handles. */
  unexpectedExit: 70,
  /** An access to a port that no device claims, under --strict-ports. */
  unclaimedPort: 72,
  /** --max-exits reached. */
  maxExits: 74,
  /** --max-output reached. */
  maxOutput: 76,
  /** A device's callback threw. */
  deviceError: 78,
  /** A bug in tskvm. */
  internal: 80,
  /** Standard output could not be written (other than a closed pipe). */
  outputError: 82,
  /** The reader of standard output went away: the run is ended without a word. */
  closedPipe: 84,
  /** --timeout */
  timeout: 124,
  /** Ctrl-C (128 + SIGINT). */
  interrupted: 130,
  /** SIGTERM (128 + 15 is odd, so 142 stands for it). */
  terminated: 142,
} as const;
