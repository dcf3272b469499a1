package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
)

// inside tells a process that it is within the namespaces.
const inside = "CUTOVER_LIVE_INSIDE"

// Inside reports whether this process is within namespaces of its own.
func Inside() bool { return os.Getenv(inside) != "" }

// Enter runs this program again with the arguments given in a network, a process and a
// mount namespace of its own, and returns how it ended. It is the first process there:
// when it ends, the kernel ends all others; and it is told to end when this one does.
func Enter(ctx context.Context, args ...string) error {
	runtime.LockOSThread() // the child ends with the thread that started it
	defer runtime.UnlockOSThread()
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	cmd := exec.CommandContext(ctx, "/proc/self/exe", args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWNS,
		Pdeathsig:  syscall.SIGKILL,
	}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	err := cmd.Run()
	if ctx.Err() != nil {
		return errors.Join(context.Cause(ctx), errors.New("stopped"))
	}
	return err
}

// settle gives the namespaces what the programs need: their own /proc, a loopback device,
// and the pods' addresses on it.
func settle() error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := syscall.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	for _, args := range []string{"link set lo up", "route add local " + podRange + " dev lo", "route add local " + besideRange + " dev lo"} {
		if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %s: %w: %s (the program is in Debian's iproute2)", args, err, out)
		}
	}
	return nil
}
