/** What `pgmatrix docs` can print. Words alone: what they lead to is made when it is asked for. */

export const TOPICS = [
  'commands',
  'formats',
  ...['groups', 'servers', 'pythons', 'images', 'client', 'stack', 'probe', 'shape', 'results', 'api'],
] as const
