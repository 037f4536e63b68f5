"""Counts what ran on the cluster."""

import itertools


class Jobs:
    """What ran since it was made, or since `reset()`: in a snippet, `jobs`."""

    def __init__(self, session):
        self._context = session.sparkContext._jsc.sc()
        self._store = self._context.statusStore()
        self.reset()

    def reset(self):
        self._before = self._newest()

    def _jobs(self):
        """The jobs of the application, the newest first: as few are fetched as are looked at."""
        # The listener that fills the store runs behind.
        self._context.listenerBus().waitUntilEmpty()
        found = self._store.jobsList(None)
        return (found.apply(index) for index in range(found.size()))

    def _newest(self):
        return max((job.jobId() for job in itertools.islice(self._jobs(), 1)), default=-1)

    def _new(self):
        return list(itertools.takewhile(lambda job: job.jobId() > self._before, self._jobs()))

    def count(self):
        """Jobs that were started."""
        return len(self._new())

    def tasks(self):
        """Tasks that ran to their end, in all jobs."""
        return sum(job.numCompletedTasks() for job in self._new())

    def stages(self):
        """The stages that ran, each with its tasks and the bytes and records that it wrote to a shuffle or read."""
        ids = []
        for job in self._new():
            found = job.stageIds()
            ids.extend(found.apply(index) for index in range(found.size()))
        stages = []
        for stage_id in sorted(set(ids)):
            attempt = self._store.lastStageAttempt(stage_id)
            if attempt.status().toString() == "COMPLETE":
                stages.append(
                    {
                        "tasks": attempt.numCompleteTasks(),
                        "shuffle_bytes_written": attempt.shuffleWriteBytes(),
                        "shuffle_records_written": attempt.shuffleWriteRecords(),
                        "records_read": attempt.inputRecords(),
                    }
                )
        return stages
