// @ts-check
import eslint from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';
import { LAYERS } from './tools/layers/index.mjs';

/** Who may know a system: everything else sees only plain TypeScript (ARCHITECTURE.md). */
const EDITOR_FILES = ['src/extension.ts', 'src/vscode/**'];
const POSTGRES_FILES = ['src/connect/postgres/postgresClient.ts'];
const REDIS_FILES = ['src/connect/redis/**'];
const AMQP_FILES = ['src/brokers/rabbitmq/amqp/**'];

const forbid = (/** @type {string[]} */ ...names) => ({
  'no-restricted-imports': [
    'error',
    {
      paths: names.map((name) => ({ name, message: `Only some files import ${name}: see ARCHITECTURE.md, "Rules".` })),
    },
  ],
});

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'dist-test/**',
      'dist-bench/**',
      '.vscode-test/**',
      '.demo/**',
      'test-artifacts/**',
      'tools/demo/project/**',
      '.tmp-*/**',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['test/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(\\.\\./)+(bench|scripts)(/|$)', message: 'What tests share with others is in tools/.' },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        document: 'readonly',
        require: 'readonly',
        module: 'readonly',
        exports: 'writable',
        __dirname: 'readonly',
      },
    },
  },
  {
    files: ['test/ui/**/*.mjs'],
    languageOptions: {
      globals: { describe: 'readonly', it: 'readonly', before: 'readonly', after: 'readonly', afterEach: 'readonly' },
    },
  },
  { files: ['src/**/*.{ts,tsx}'], rules: forbid('vscode', 'pg', 'ioredis', 'amqplib') },
  {
    files: ['src/page/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: ['node:*', 'vscode', 'pg', 'ioredis', 'amqplib'] }] }],
    },
  },
  { files: EDITOR_FILES, rules: forbid('pg', 'ioredis', 'amqplib') },
  { files: POSTGRES_FILES, rules: forbid('vscode', 'ioredis', 'amqplib') },
  { files: REDIS_FILES, rules: forbid('vscode', 'pg', 'amqplib') },
  { files: AMQP_FILES, rules: forbid('vscode', 'pg', 'ioredis') },
  {
    // The two files directly below `src/` start the programs.
    files: ['src/*/**/*.{ts,tsx}'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.tsx'] } },
      'boundaries/elements': LAYERS.map((layer) => ({ type: layer, pattern: `src/${layer}`, partialMatch: false })),
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          checkAllOrigins: false,
          message: 'A folder imports only itself and those below it: see the table in ARCHITECTURE.md.',
          policies: LAYERS.map((layer, index) => ({
            from: { element: { type: layer } },
            allow: { to: { element: { types: { anyOf: LAYERS.slice(0, index + 1) } } } },
          })),
        },
      ],
    },
  },
);
