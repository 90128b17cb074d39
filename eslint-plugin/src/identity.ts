export const name = 'eslint-plugin-lockwise';
export const version = '0.1.0';
