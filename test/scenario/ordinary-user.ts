/**
 * Words before a command that run it as a user who is not root. It may read everything: the repository may lie below a
 * folder that only root may enter.
 */
export const asOrdinaryUser: readonly string[] = [
  'setpriv',
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--inh-caps=+dac_read_search',
  '--ambient-caps=+dac_read_search',
];
