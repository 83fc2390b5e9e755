// PowerShell remoting over a WebSocket: the packets of PowerShell's SSH transport, one text message each, with the credential
// in the handshake (Authorization: Basic). PowerShell 7.3 and later has the public classes on which this rests.
// Compiled when the module is imported; see Transport.ps1.
using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Remoting;
using System.Management.Automation.Remoting.Client;
using System.Management.Automation.Runspaces;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Nightpost.Connector
{
    /// <summary>Why a connection was not made. Shared by all clones of one ConnectionInfo: New-CsOnlineSession reads it.</summary>
    public sealed class ConnectFailure
    {
        /// <summary>HTTP status of the refused handshake; 0 when there was no answer.</summary>
        public int Status { get; internal set; }
        /// <summary>What the server says in X-Nightpost-Reason: a word, a semicolon, a sentence.</summary>
        public string Reason { get; internal set; } = "";
        /// <summary>Seconds of Retry-After; 0 without.</summary>
        public int RetryAfter { get; internal set; }
        /// <summary>What is wrong with the server's certificate; empty when nothing is.</summary>
        public string CertificateErrors { get; internal set; } = "";
        /// <summary>SHA-256 of the server's certificate.</summary>
        public string Fingerprint { get; internal set; } = "";
        /// <summary>The texts of the exceptions, outermost first.</summary>
        public string Message { get; internal set; } = "";
        /// <summary>The open timeout has passed.</summary>
        public bool TimedOut { get; internal set; }
    }

    /// <summary>Where to connect and as whom.</summary>
    public sealed class ConnectionInfo : RunspaceConnectionInfo
    {
        internal readonly Uri Address;
        internal readonly PSCredential SignIn;
        internal bool SkipCACheck, SkipCNCheck, NoProxy;

        public ConnectionInfo(Uri address, PSCredential signIn)
        {
            Address = address;
            SignIn = signIn;
            AuthenticationMechanism = AuthenticationMechanism.Basic;
        }

        public ConnectFailure Failure { get; } = new ConnectFailure();

        /// <summary>A certificate that the system does not know is taken; set for a server on this computer only.</summary>
        public bool TrustLoopback { get; set; }

        public override string ComputerName { get => Address.Host; set { } }

        // Null: an imported command on a broken session would ask for a password and then fail all the same.
        public override PSCredential Credential { get => null; set { } }
        public override AuthenticationMechanism AuthenticationMechanism { get; set; }
        public override string CertificateThumbprint { get => null; set { } }

        // Called by the runspace's constructor.
        public override RunspaceConnectionInfo Clone() => (RunspaceConnectionInfo)MemberwiseClone();

        public override void SetSessionOptions(PSSessionOption options)
        {
            base.SetSessionOptions(options);
            SkipCACheck = options.SkipCACheck;
            SkipCNCheck = options.SkipCNCheck;
            NoProxy = options.ProxyAccessType == ProxyAccessType.NoProxyServer;
        }

        public override BaseClientSessionTransportManager CreateClientSessionTransportManager(
            Guid instanceId, string sessionName, PSRemotingCryptoHelper cryptoHelper) =>
            new TransportManager(this, instanceId, cryptoHelper);
    }

    internal sealed class TransportManager : ClientSessionTransportManagerBase
    {
        private const string SubProtocol = "powershell";
        private const string SessionClosed = "<CloseAck PSGuid='00000000-0000-0000-0000-000000000000' />";
        /// <summary>The largest message that is taken from a server, in octets.</summary>
        private const int LargestMessage = 64 * 1024 * 1024;
        private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);
        private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

        private readonly ConnectionInfo _info;
        private readonly CancellationTokenSource _stop = new CancellationTokenSource();
        private readonly ClientWebSocket _socket = new ClientWebSocket();
        private volatile bool _connected, _closing;

        public TransportManager(ConnectionInfo info, Guid id, PSRemotingCryptoHelper crypto) : base(id, crypto)
        {
            _info = info;
        }

        public override void CreateAsync()
        {
            // Must return at once: the pipeline that opens the runspace waits in a way that Ctrl+C can end.
            new Thread(Run) { IsBackground = true, Name = "SkypeOnlineConnector" }.Start();
        }

        public override void CloseAsync()
        {
            _closing = true;
            base.CloseAsync();
            if (!_connected) Cancel();
        }

        /// <summary>After the server has acknowledged the end, or never will.</summary>
        protected override void CleanupConnection()
        {
            _closing = true;
            try
            {
                if (_socket.State == WebSocketState.Open || _socket.State == WebSocketState.CloseReceived)
                    _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None).Wait(Farewell);
                _stop.CancelAfter(Farewell);
            }
            catch (Exception e) when (e is AggregateException || e is ObjectDisposedException || e is InvalidOperationException)
            {
                Cancel();
            }
        }

        protected override void Dispose(bool isDisposing)
        {
            base.Dispose(isDisposing);
            if (isDisposing) CleanupConnection();
        }

        private void Run()
        {
            try
            {
                Connect();
                _connected = true;
                SetMessageWriter(new MessageWriter(Send));
                SendOneItem();
                Receive();
                Lost(Farewells(), null);
            }
            catch (Exception e)
            {
                Lost(_connected ? "The connection to the server was lost: " + Texts(e) : Texts(e), e);
            }
            finally
            {
                _socket.Dispose();
            }
        }

        private void Connect()
        {
            var failure = _info.Failure;
            var options = _socket.Options;
            options.AddSubProtocol(SubProtocol);
            options.KeepAliveInterval = KeepAlive;
            // .NET 9 and later: pings, and a connection that does not answer is lost.
            typeof(ClientWebSocketOptions).GetProperty("KeepAliveTimeout")?.SetValue(options, KeepAlive);
            options.CollectHttpResponseDetails = true;
            options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => Accepts(certificate, errors);
            if (_info.NoProxy) options.Proxy = null;
            var credential = _info.SignIn.GetNetworkCredential();
            // UserName as it was typed: GetNetworkCredential splits DOMAIN\user.
            options.SetRequestHeader("Authorization", "Basic " + Convert.ToBase64String(
                Encoding.UTF8.GetBytes(_info.SignIn.UserName + ":" + credential.Password)));
            var address = new UriBuilder(_info.Address) { Scheme = _info.Address.Scheme == "http" ? "ws" : "wss" }.Uri;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            if (_info.OpenTimeout > 0) patience.CancelAfter(_info.OpenTimeout);
            try
            {
                _socket.ConnectAsync(address, patience.Token).GetAwaiter().GetResult();
            }
            catch (Exception e)
            {
                failure.Message = Texts(e);
                failure.TimedOut = patience.IsCancellationRequested && !_stop.IsCancellationRequested;
                failure.Status = (int)_socket.HttpStatusCode;
                failure.Reason = Header("X-Nightpost-Reason");
                failure.RetryAfter = int.TryParse(Header("Retry-After"), out var seconds) ? seconds : 0;
                throw;
            }
            finally
            {
                _socket.HttpResponseHeaders = null;
            }
        }

        private string Header(string name) =>
            _socket.HttpResponseHeaders?.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault() ?? "";

        private bool Accepts(X509Certificate certificate, SslPolicyErrors errors)
        {
            if (_info.SkipCACheck || _info.TrustLoopback) errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
            if (_info.SkipCNCheck || _info.TrustLoopback) errors &= ~SslPolicyErrors.RemoteCertificateNameMismatch;
            if (errors == SslPolicyErrors.None) return true;
            _info.Failure.CertificateErrors = errors.ToString();
            _info.Failure.Fingerprint = certificate?.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256) ?? "";
            return false;
        }

        private void Receive()
        {
            var buffer = new byte[64 * 1024];
            using var message = new MemoryStream();
            while (true)
            {
                var part = _socket.ReceiveAsync(new ArraySegment<byte>(buffer), _stop.Token).GetAwaiter().GetResult();
                if (part.MessageType == WebSocketMessageType.Close) return;
                if (message.Length + part.Count > LargestMessage) throw new InvalidDataException("The server sent a message that is too large.");
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                HandleDataReceived(Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length));
                message.SetLength(0);
            }
        }

        private void Send(string packet)
        {
            try
            {
                _socket.SendAsync(new ArraySegment<byte>(Encoding.UTF8.GetBytes(packet)), WebSocketMessageType.Text, true, _stop.Token)
                    .GetAwaiter().GetResult();
            }
            catch (Exception e) when (e is WebSocketException || e is OperationCanceledException || e is InvalidOperationException)
            {
                // The one kind of exception, besides ObjectDisposedException, that CloseAsync of the engine expects.
                throw new IOException("The connection to the server was lost.", e);
            }
        }

        private void Lost(string text, Exception inner)
        {
            if (_closing)
            {
                // The engine waits for the acknowledgement of its Close, which can come no more.
                HandleDataReceived(SessionClosed);
                return;
            }
            RaiseErrorHandler(new TransportErrorOccuredEventArgs(
                new PSRemotingTransportException(text, inner),
                _connected ? TransportMethodEnum.ReceiveShellOutputEx : TransportMethodEnum.CreateShellEx));
        }

        private string Farewells()
        {
            var why = _socket.CloseStatusDescription;
            // Not after CloseAsync, so nobody has asked for it on this side.
            return "The server has ended the session: " +
                (string.IsNullOrEmpty(why) ? "code " + (int?)_socket.CloseStatus : why);
        }

        private void Cancel()
        {
            try { _stop.Cancel(); } catch (ObjectDisposedException) { }
        }

        private static string Texts(Exception e)
        {
            var text = new StringBuilder(e.Message);
            for (var inner = e.InnerException; inner != null; inner = inner.InnerException)
                if (text.ToString().IndexOf(inner.Message, StringComparison.Ordinal) < 0) text.Append(' ').Append(inner.Message);
            return text.ToString();
        }
    }

    /// <summary>PowerShell writes one packet a line, under a lock.</summary>
    internal sealed class MessageWriter : TextWriter
    {
        private readonly Action<string> _send;
        public MessageWriter(Action<string> send) { _send = send; }
        public override Encoding Encoding => Encoding.UTF8;
        public override void WriteLine(string value) => _send(value);
    }

    /// <summary>
    /// Waits until a runspace is open. Its state says Opened before the session is usable; the event comes later, on a thread
    /// without a runspace, so a script block cannot take it.
    /// </summary>
    public sealed class Opening : IDisposable
    {
        private readonly Runspace _runspace;
        private readonly ManualResetEventSlim _ended = new ManualResetEventSlim();

        public Opening(Runspace runspace)
        {
            _runspace = runspace;
            _runspace.StateChanged += Changed;
            _runspace.OpenAsync();
        }

        /// <summary>True when the runspace is open, broken or closed.</summary>
        public bool Wait(int milliseconds) => _ended.Wait(milliseconds);

        private void Changed(object sender, RunspaceStateEventArgs e)
        {
            var state = e.RunspaceStateInfo.State;
            if (state == RunspaceState.Opened || state == RunspaceState.Broken || state == RunspaceState.Closed) _ended.Set();
        }

        public void Dispose()
        {
            _runspace.StateChanged -= Changed;
            _ended.Dispose();
        }
    }
}
