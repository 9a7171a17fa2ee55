export const health = {
  lapsed: '{{shop}} is not read any more: its authorisation has ended',
  unread: '{{shop}}: {{what}} not read for {{time}}',
  partly: 'partly read',
  partlyKinds: '{{what}}: some records could not be read and are kept aside',
  neverRead: '{{shop}}: {{what}} never read so far',
  noReason: 'No run has failed; the services may be down or busy. Look at the runs, or tell the operator.',
  look: 'See the runs',
  more: 'and {{n}} more',
} as const;
