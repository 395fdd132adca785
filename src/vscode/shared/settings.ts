import * as vscode from 'vscode';
import { SECTION, SETTINGS } from './contributions';
import { DEFAULT_MASKED_KEYS } from '../../base/jsonText';
import {
  parseHours,
  parseLimit,
  parseMaxQueueScan,
  parseStatementTimeout,
  parseVerifyAtMost,
  type CheckParameters,
} from '../../model/parameters';
import { parseStatuses } from '../../tables/parameters';
import type { EffectRule } from '../../model/effectRule';
import type { ScanOptions } from '../../tables/scan';

/** What a user can change for one check. */
export interface CheckRequest extends CheckParameters {
  /** Whether to verify what became of the tasks; without it nothing but PostgreSQL is contacted. */
  readonly checkExecution: boolean;
  /** Whether verification may ask the workers, which publishes to them. */
  readonly askWorkers: boolean;
}

/** All that one check is asked. */
export interface CheckSettings extends ScanOptions, CheckRequest {
  /** Effect rules that a person tries out: they are saved nowhere, and stand before all others. */
  readonly tried?: readonly EffectRule[];
}

function read(key: keyof typeof SETTINGS): unknown {
  return vscode.workspace.getConfiguration(SECTION).get<unknown>(SETTINGS[key]);
}

function label(key: keyof typeof SETTINGS): string {
  return `The setting ${SECTION}.${SETTINGS[key]}`;
}

/** What the settings ask of a check. @throws Problem `invalid` naming the setting that cannot be used */
export function checkSettings(): CheckSettings {
  return {
    hours: parseHours(read('hours'), label('hours')),
    limit: parseLimit(read('limit'), label('limit')),
    statuses: parseStatuses(read('statuses'), label('statuses')),
    table: tableSetting(),
    maskedKeys: words(read('maskedArguments')),
    // Only what is certainly meant turns it on.
    checkExecution: read('checkExecution') === true,
    askWorkers: askWorkersSetting(),
  };
}

/** Whether checks verify, where a person has said so in any settings; undefined where only the default speaks. */
export function checkExecutionSetting(): boolean | undefined {
  const found = vscode.workspace.getConfiguration(SECTION).inspect(SETTINGS.checkExecution);
  const said = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
  return said === undefined ? undefined : read('checkExecution') === true;
}

export function askWorkersSetting(): boolean {
  return read('askWorkers') === true;
}

/** Messages of the broker that are read at most. @throws Problem `invalid` */
export function maxQueueScanSetting(): number {
  return parseMaxQueueScan(read('maxQueueScan'), label('maxQueueScan'));
}

/** Stuck rows that are judged at most; 0: all. @throws Problem `invalid` */
export function verifyAtMostSetting(): number {
  return parseVerifyAtMost(read('verifyAtMost'), label('verifyAtMost'));
}

/** Raw value of `celeryTasks.effects`, and what to call it in an error. */
export function effectsSetting(): { readonly value: unknown; readonly label: string } {
  return { value: read('effects'), label: label('effects') };
}

/** Everything of the settings that verification depends on, to tell one question from another. */
export function verificationKey(): unknown {
  return [read('maxQueueScan'), read('verifyAtMost'), read('effects')];
}

/** The table as typed; the scan says when it is no name. */
export function tableSetting(): string {
  return text('table');
}

/** Milliseconds. @throws Problem `invalid` */
export function statementTimeoutMs(): number {
  return parseStatementTimeout(read('statementTimeout'), label('statementTimeout'));
}

/** Raw value of `celeryTasks.connections`, anything that a user may have typed, and whether it came with the workspace. */
export function connectionSettings(): { readonly value: unknown; readonly ofWorkspace: boolean } {
  const found = vscode.workspace.getConfiguration(SECTION).inspect(SETTINGS.connections);
  const ofWorkspace = found?.workspaceValue !== undefined || found?.workspaceFolderValue !== undefined;
  return { value: read('connections'), ofWorkspace };
}

/** The paths in `celeryTasks.envFile`, as typed: one, or a list. What is no text is left out. */
export function envFileSetting(): readonly string[] {
  const value = read('envFile');
  const paths = (Array.isArray(value) ? (value as unknown[]) : [value]).filter((path) => typeof path === 'string');
  return [...new Set(paths.map((path) => path.trim()))].filter((path) => path !== '');
}

/** Whether a check opens the report by itself. */
export function openReportAfterCheckSetting(): 'ask' | 'always' | 'never' {
  const value = read('openReportAfterCheck');
  return value === 'always' || value === 'never' ? value : 'ask';
}

/** Whether stuck tasks are counted over their functions. */
export function codeLensSetting(): boolean {
  return read('codeLens') !== false;
}

/** The path in `celeryTasks.logFile`; empty when it is not set. */
export function logFileSetting(): string {
  return text('logFile');
}

function text(key: 'table' | 'logFile'): string {
  const value = read(key);
  return typeof value === 'string' ? value.trim() : '';
}

/** A value of a wrong type must not show what it was meant to hide. */
function words(value: unknown): readonly string[] {
  const list: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  return list?.every((word) => typeof word === 'string') ? list : DEFAULT_MASKED_KEYS;
}
