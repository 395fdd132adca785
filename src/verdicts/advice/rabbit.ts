import type { Adviser } from './advice';
import { rabbitQueueAdvice } from './rabbitQueues';
import { rabbitServerAdvice } from './rabbitServer';
import { rabbitWorkerAdvice } from './rabbitWorkers';

/** What RabbitMQ says of itself, and what to do about it. The numbers are about messages, so none of it is about particular rows. */
export const rabbit: Adviser = (found) => {
  const { conditions = [] } = found.world.broker;
  return [
    ...rabbitServerAdvice(found, conditions),
    ...rabbitWorkerAdvice(found, conditions),
    ...rabbitQueueAdvice(found, conditions),
  ];
};
