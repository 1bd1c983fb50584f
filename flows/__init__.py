"""When things run and what is tried again: Prefect wraps the use cases here, and nowhere else. No rule lives here.

Importing this package costs nothing: Prefect (a second of start-up) is imported by `flows.run.run` and `flows.serve`
when they are called. Prefect puts the folder of a flow's file first on the import path, so no module here may bear the
name of another one (`calendar`, `plan`, `types`): tests/flows holds that.
"""
