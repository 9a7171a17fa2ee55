export const sessions = {
  menu: 'Where I am signed in',
  mine: 'Where I am signed in',
  theirs: 'Where {{name}} is signed in',
  button: 'Sessions',
  intro:
    'Each sign-in lasts until somebody signs out, it is not used for two weeks, or it reaches its end. What you do not know: end it, and change the password.',
  none: 'Signed in nowhere.',
  more: 'Show more',
  current: 'this one',
  unknownClient: 'Unknown program',
  lastUsed: 'used {{time}}',
  begun: 'signed in {{time}}',
  ends: 'ends {{time}}',
  end: 'End',
};
