package redisproxy.resp;

/**
 * One execution of a request on a thread of the pool. Its connection executes nothing else meanwhile. It is skipped if the
 * connection is closed before it begins.
 */
final class BackgroundRun implements Continuation, BackgroundQueue.Task {
    private final Invocation invocation;
    private final Command.Handler handler;
    private final Runnable resume;
    private volatile boolean isAbandoned;

    /** Publishes the reply to the connection. */
    private volatile boolean hasEnded;

    /** Makes the run; {@code resume} is called at its end. */
    BackgroundRun(Invocation invocation, Command.Handler handler, Runnable resume) {
        this.invocation = invocation;
        this.handler = handler;
        this.resume = resume;
    }

    @Override
    public void run(Rests rests) {
        try {
            if (!isAbandoned) {
                invocation.restBy(rests);
                handler.execute(invocation);
            }
        } catch (RuntimeException | Error e) {
            invocation.error("ERR the command failed: " + e);
        } finally {
            end();
        }
    }

    @Override
    public void refuse() {
        invocation.error("ERR the proxy is shutting down");
        end();
    }

    private void end() {
        hasEnded = true;
        resume.run();
    }

    @Override
    public Progress goOn(Arguments arguments) {
        return hasEnded ? Progress.DONE : Progress.WAITING;
    }

    @Override
    public boolean abandon() {
        isAbandoned = true;
        return hasEnded;
    }
}
