import assert from 'node:assert/strict';
import { Client } from 'pg';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension';
import type { Diagnosis } from '../../src/model/diagnosis';
import type { SampleNode, TreeNode, TypeNode } from '../../src/vscode/tree/treeNodes';

export const EXTENSION_ID = 'celery-task-diagnostics.celery-task-diagnostics';

/** What the runner gives by environment: a database that holds the incident. */
export function databaseUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  assert.ok(url, 'TEST_DATABASE_URL is set by scripts/test.mjs');
  return url;
}

/** The Redis of the incident: Celery's broker and results. */
export function redisUrl(): string {
  const url = process.env.TEST_REDIS_URL;
  assert.ok(url, 'TEST_REDIS_URL is set by scripts/test.mjs');
  return url;
}

export async function extension(): Promise<ExtensionApi> {
  const found = vscode.extensions.getExtension<ExtensionApi>(EXTENSION_ID);
  assert.ok(found, 'the extension is installed');
  return await found.activate();
}

/** A quick check, of the task table alone. */
export async function check(overrides?: object): Promise<Diagnosis | undefined> {
  return await checkAsSet({ checkExecution: false, ...overrides });
}

/** A check with the demo's settings, which verify. */
export async function checkAsSet(overrides?: object): Promise<Diagnosis | undefined> {
  return await vscode.commands.executeCommand('celeryTasks.check', overrides);
}

/** The first task type in the tree. */
export async function firstType(): Promise<TypeNode> {
  const { stuckTasks } = await extension();
  const found = stuckTasks.getChildren().find((node) => node.kind === 'type');
  assert.ok(found, 'a type in the tree');
  return found;
}

/** Every sample below a node that is shown without loading more. */
export async function samplesBelow(node: TreeNode): Promise<SampleNode[]> {
  const { stuckTasks } = await extension();
  const below = (one: TreeNode): SampleNode[] =>
    one.kind === 'sample' ? [one] : stuckTasks.getChildren(one).flatMap(below);
  return below(node);
}

/** Runs one statement outside the extension. */
export async function sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Changes a setting for one test; call the result to put it back. */
export async function setting(key: string, value: unknown): Promise<() => Promise<void>> {
  const configuration = vscode.workspace.getConfiguration('celeryTasks');
  const before = configuration.inspect(key)?.workspaceValue;
  await configuration.update(key, value, vscode.ConfigurationTarget.Workspace);
  return async () => {
    await vscode.workspace.getConfiguration('celeryTasks').update(key, before, vscode.ConfigurationTarget.Workspace);
  };
}

/**
 * Rewrites files that connections are read from, and waits until the extension has noticed it and acted: the editor looks at files a
 * moment after they were saved, on a busy machine a long one.
 */
export async function untilConnectionsChanged(rewrite: () => PromiseLike<unknown>): Promise<void> {
  const { connections } = await extension();
  let changed = false;
  const listener = connections.onDidChange(() => (changed = true));
  await rewrite();
  await until(() => changed, 'the connections to change', 30_000);
  listener.dispose();
  // Who listens reads the connections anew first.
  await connections.list();
  await new Promise((resolve) => setTimeout(resolve, 300));
}

/** Waits until `what` gives something truthy. */
export async function until<T>(what: () => T | Promise<T>, label: string, timeoutMs = 45_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await what();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${String(timeoutMs)} ms for ${label}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until the server runs a query of ours over a view that is slow: not only a session that is being opened. */
export async function untilSlow(view: string): Promise<void> {
  const running = `select 1 from pg_stat_activity where application_name = 'celery-task-diagnostics' and state = 'active'
    and query like '%"' || $1 || '"%'`;
  await until(async () => (await sql(running, [view])).length > 0, `the query over ${view}`, 30_000);
}

/** Waits until the server runs no query of ours; a session that was closed needs a moment to go. */
export async function untilNoQuery(): Promise<void> {
  await until(async () => (await ourQueries()) === 0, 'our queries to end', 30_000);
}

/** Queries of ours that the server runs right now. */
export async function ourQueries(): Promise<number> {
  const rows = await sql(
    "select count(*)::int as n from pg_stat_activity where application_name = 'celery-task-diagnostics'",
  );
  return Number(rows[0]?.n);
}
