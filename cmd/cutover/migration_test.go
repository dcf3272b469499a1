package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/job"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
)

// usedBefore is a database that version 1.0.0 of the example has used for a while.
const usedBefore = `
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text NOT NULL, total int NOT NULL);
INSERT INTO orders (customer, total) SELECT 'customer ' || n % 700, n FROM generate_series(1, 5000) AS n;`

// versions are what the versions of the example ask the database, by track.
var versions = map[string]string{
	"blue": `
INSERT INTO orders (customer, total) VALUES ('by the old version', 3);
UPDATE orders SET total = total + 1 WHERE customer = 'customer 17';
SELECT 'lost: ' || count(*) FROM orders WHERE customer IS NULL HAVING count(*) > 0;`,
	"green": `
INSERT INTO customers (name) VALUES ('by the new version') ON CONFLICT (name) DO NOTHING;
INSERT INTO orders (customer_id, total) SELECT id, 5 FROM customers WHERE name = 'by the new version';
UPDATE orders SET total = total + 1 WHERE customer_id = (SELECT id FROM customers WHERE name = 'customer 17');
SELECT 'lost: ' || count(*) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE c.id IS NULL HAVING count(*) > 0;`,
}

// TestMigration walks the release of examples/migrations/sql through all its stages
// on a real PostgreSQL: at each the jobs run as they are rendered, and every version
// that has pods works, before, while and after they run.
func TestMigration(t *testing.T) {
	golden.Long(t)
	db := startPostgres(t)
	db.sql(t, usedBefore)
	l, err := load.Input{}.Load(filepath.Join(golden.Root(), "examples", "migrations", "sql"), nil)
	require.NoError(t, err)
	r := l.Out.Releases[0]
	jobs := 0
	for i, s := range r.Stages {
		if s.Twin {
			continue
		}
		for _, j := range r.Started(s) {
			if i > 0 && slices.Contains(r.Stages[i-1].Jobs, j.Name) || j.Name == "smoke" { // its image is nobody's
				continue
			}
			jobs++
			db.migrate(t, s, j)
			db.run(t, j.Object, j.Config) // a pod may be tried once more
		}
		for track, statements := range versions {
			if s.Running(track) {
				require.Empty(t, db.sql(t, statements), "%s at %s", track, s.Name)
			}
		}
	}
	require.Equal(t, 2, jobs)
	out, err := db.command(db.psql("--command", versions["blue"])).CombinedOutput()
	require.Error(t, err, "contract leaves the old version nothing to work with, or the test shows nothing: %s", out)
}

// stock are what the versions of examples/migrations/flyway and liquibase ask, by track.
var stock = map[string]string{
	"blue":  `INSERT INTO stock (article, pieces) VALUES ('old ' || random(), 3);`,
	"green": `INSERT INTO stock (article, pieces, place) VALUES ('new ' || random(), 5, 'shelf 7');`,
}

// walkStock walks such a release: apply does what a job does.
func walkStock(t *testing.T, example string, db postgres, apply func(job.Job)) {
	t.Helper()
	l, err := load.Input{}.Load(filepath.Join(golden.Root(), "examples", "migrations", example), nil)
	require.NoError(t, err)
	r := l.Out.Releases[0]
	jobs := 0
	for i, s := range r.Stages {
		for _, j := range r.Started(s) {
			if !s.Twin && !slices.Contains(r.Stages[max(i-1, 0)].Jobs, j.Name) {
				jobs++
				apply(j)
				apply(j) // a pod may be tried once more
			}
		}
		for track, statement := range stock {
			if s.Running(track) && !s.Twin {
				require.Empty(t, db.sql(t, statement), "%s at %s", track, s.Name)
			}
		}
	}
	require.Equal(t, 2, jobs)
	out, err := db.command(db.psql("--command", stock["blue"])).CombinedOutput()
	require.Error(t, err, "contract leaves the old version nothing to work with, or the test shows nothing: %s", out)
}

// TestFlyway runs the SQL of examples/migrations/flyway as its jobs say: each migration up
// to -target, once. It is psql that runs it, not Flyway, which no registry of ours has:
// what is held is the SQL, the order, and the names that Flyway takes.
func TestFlyway(t *testing.T) {
	golden.Long(t)
	db := startPostgres(t)
	db.sql(t, "CREATE TABLE stock (article text PRIMARY KEY, pieces int NOT NULL);") // what V1 does, with version 1.0.0
	applied := map[string]bool{"V1__stock.sql": true}
	walkStock(t, "flyway", db, func(j job.Job) {
		target := 0
		for _, a := range kube.Items(j.Object.Node, "spec", "template", "spec", "containers", "0", "args") {
			if _, err := fmt.Sscanf(a.Value, "-target=%d", &target); err != nil {
				require.Equal(t, "migrate", a.Value)
			}
		}
		require.NotZero(t, target)
		files := kube.Strings(j.Config[0].Node, "data")
		for n := 1; n <= target; n++ {
			for name, text := range files {
				require.Regexp(t, `^V[0-9]+__[a-z_]+\.sql$`, name)
				if strings.HasPrefix(name, fmt.Sprintf("V%d__", n)) && !applied[name] {
					applied[name] = true
					db.sql(t, text)
				}
			}
		}
	})
	require.Len(t, applied, 3)
}

// TestLiquibase runs the jobs of examples/migrations/liquibase as they are rendered, by
// Liquibase itself: the package of npm that brings it, on a Java that is here.
func TestLiquibase(t *testing.T) {
	golden.Long(t)
	home := liquibase(t)
	db := startPostgres(t)
	port := db.listen(t)
	db.sql(t, "CREATE TABLE stock (article text PRIMARY KEY, pieces int NOT NULL);")
	words := strings.NewReplacer("stock-db:5432/stock", "127.0.0.1:"+port+"/shop", "/liquibase/changelog", db.dir)
	walkStock(t, "liquibase", db, func(j job.Job) {
		c := kube.Items(j.Object.Node, "spec", "template", "spec", "containers")[0]
		writeConfig(t, db.dir, j.Config[0].Name, j.Config)
		args := []string{"-cp", filepath.Join(home, "internal", "lib", "*"), "liquibase.integration.commandline.LiquibaseCommandLine"}
		for _, a := range kube.Items(c, "args") {
			args = append(args, a.Value)
		}
		run := exec.Command("java", args...)
		run.Dir = t.TempDir()
		run.Env = append(os.Environ(), "LIQUIBASE_HOME="+home, "LIQUIBASE_COMMAND_PASSWORD=none")
		for _, v := range kube.Items(c, "env") {
			if value := kube.Text(v, "value"); value != "" {
				run.Env = append(run.Env, kube.Text(v, "name")+"="+words.Replace(value))
			}
		}
		run.Env = append(run.Env, "LIQUIBASE_COMMAND_USERNAME=shop")
		out, err := run.CombinedOutput()
		require.NoError(t, err, "%s\n%s", j.Name, out)
	})
	require.Equal(t, "2", db.sql(t, "SELECT count(*) FROM databasechangelog"))
}

// liquibase is the folder of a Liquibase.
func liquibase(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"java", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not here")
		}
	}
	dir := t.TempDir()
	get := exec.Command("npm", "install", "--prefix", dir, "--no-audit", "--no-fund", "--ignore-scripts", "liquibase@4.28.1")
	if out, err := get.CombinedOutput(); err != nil {
		t.Skipf("npm install liquibase: %s", out)
	}
	return filepath.Join(dir, "node_modules", "liquibase", "dist", "liquibase")
}

// migrate runs a job while the versions work that have requests at its stage.
func (db postgres) migrate(t *testing.T, s generators.Stage, j job.Job) {
	t.Helper()
	done := make(chan struct{})
	failed := make(chan error)
	go func() {
		var err error
		for stop := false; err == nil && !stop; {
			for track, statements := range versions {
				if s.Running(track) && s.Weight(track) > 0 {
					out, failed := db.command(db.psql("--command", statements)).CombinedOutput()
					if failed != nil || strings.Contains(string(out), "lost") {
						err = fmt.Errorf("%s at %s, while job %s runs: %w\n%s", track, s.Name, j.Name, failed, out)
					}
				}
			}
			select {
			case <-done:
				stop = true
			default:
			}
		}
		failed <- err
	}()
	time.Sleep(50 * time.Millisecond)
	db.run(t, j.Object, j.Config)
	close(done)
	require.NoError(t, <-failed)
}

// postgres is a server that a test has for itself.
type postgres struct {
	bin, dir string
	as       *syscall.SysProcAttr
}

// startPostgres starts a server on a socket of its own. It refuses to run as root.
func startPostgres(t *testing.T) postgres {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(found) == 0 && os.Getenv("CUTOVER_CI") == "" {
		t.Skip("postgresql is not here")
	}
	require.NotEmpty(t, found, "apt-get install postgresql")
	dir, err := os.MkdirTemp("", "pg") // a socket's path has 107 characters at most
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	db := postgres{bin: found[len(found)-1], dir: dir}
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		require.NoError(t, err)
		uid, _ := strconv.ParseUint(u.Uid, 10, 32)
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		require.NoError(t, os.Chown(dir, int(uid), int(gid)))
		db.as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	db.must(t, "initdb", "--pgdata="+dir+"/data", "--username=shop", "--auth=trust", "--no-sync")
	db.must(t, "pg_ctl", "--pgdata="+dir+"/data", "--wait", "--log="+dir+"/log",
		"--options=-k "+dir+" -c listen_addresses= -c fsync=off", "start")
	t.Cleanup(func() { db.must(t, "pg_ctl", "--pgdata="+dir+"/data", "--mode=immediate", "stop") })
	db.must(t, "createdb", "--host="+dir, "--username=shop", "shop")
	return db
}

// listen starts the server anew on a port of 127.0.0.1, for clients that know no sockets.
func (db postgres) listen(t *testing.T) (port string) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err = net.SplitHostPort(free.Addr().String())
	require.NoError(t, err)
	require.NoError(t, free.Close())
	db.must(t, "pg_ctl", "--pgdata="+db.dir+"/data", "--mode=fast", "--wait", "--log="+db.dir+"/log",
		"--options=-k "+db.dir+" -c listen_addresses=127.0.0.1 -c port="+port+" -c fsync=off", "restart")
	t.Setenv("PGPORT", port)
	return port
}

func (db postgres) command(args []string) *exec.Cmd {
	c := exec.Command(filepath.Join(db.bin, args[0]), args[1:]...)
	c.Dir, c.SysProcAttr = db.dir, db.as
	return c
}

func (db postgres) must(t *testing.T, args ...string) {
	t.Helper()
	c := db.command(args)
	if args[0] == "pg_ctl" { // the server keeps what it inherits
		require.NoError(t, c.Run(), args)
		return
	}
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%v\n%s", args, out)
}

func (db postgres) url() string {
	return "postgresql:///shop?user=shop&host=" + url.QueryEscape(db.dir)
}

func (db postgres) psql(args ...string) []string {
	return append([]string{"psql", "--no-psqlrc", "--quiet", "--tuples-only", "--set=ON_ERROR_STOP=1", "--dbname=" + db.url()}, args...)
}

// sql is what statements print.
func (db postgres) sql(t *testing.T, statements string) string {
	t.Helper()
	out, err := db.command(db.psql("--command", statements)).CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.TrimSpace(string(out))
}

// run does what a kubelet would: it writes the volumes of the Job's ConfigMaps, and
// starts the container's command with its arguments.
func (db postgres) run(t *testing.T, o kube.Object, config []kube.Object) {
	t.Helper()
	spec := o.Get("spec", "template", "spec")
	c := kube.Items(spec, "containers")[0]
	replace := []string{"$(DATABASE_URL)", db.url()}
	for _, mount := range kube.Items(c, "volumeMounts") {
		dir := filepath.Join(db.dir, o.Name)
		require.NoError(t, os.MkdirAll(dir, 0o755))
		replace = append(replace, kube.Text(mount, "mountPath")+"/", dir+"/")
		for _, v := range kube.Items(spec, "volumes") {
			if kube.Text(v, "name") == kube.Text(mount, "name") {
				writeConfig(t, dir, kube.Text(v, "configMap", "name"), config)
			}
		}
	}
	var args []string
	for _, list := range []string{"command", "args"} {
		for _, a := range kube.Items(c, list) {
			args = append(args, strings.NewReplacer(replace...).Replace(a.Value))
		}
	}
	require.Equal(t, "psql", args[0])
	out, err := db.command(args).CombinedOutput()
	require.NoError(t, err, "%s\n%s", o.Name, out)
}

// writeConfig writes a ConfigMap as the files of a volume.
func writeConfig(t *testing.T, dir, name string, config []kube.Object) {
	t.Helper()
	i := slices.IndexFunc(config, func(o kube.Object) bool { return o.Name == name })
	require.GreaterOrEqual(t, i, 0, "the job's folder has no ConfigMap %s", name)
	for file, text := range kube.Strings(config[i].Node, "data") {
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644))
	}
}
